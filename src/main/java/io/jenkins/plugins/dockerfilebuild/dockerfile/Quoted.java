package io.jenkins.plugins.dockerfilebuild.dockerfile;

/**
 * Shows a piece of a Dockerfile in an error message: in double quotes, with everything that cannot
 * be seen escaped. The notation is Go's {@code %q}, which BuildKit's messages use.
 */
final class Quoted {

  private Quoted() {}

  static String of(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    text.codePoints().forEach(c -> append(out, c));
    return out.append('"').toString();
  }

  private static void append(StringBuilder out, int c) {
    int escape = "\u0007\b\f\n\r\t\u000B\"\\".indexOf(c);
    if (escape >= 0) {
      out.append('\\').append("abfnrtv\"\\".charAt(escape));
    } else if (isPrintable(c)) {
      out.appendCodePoint(c);
    } else if (c < ' ' || c == 0x7F) {
      out.append(String.format("\\x%02x", c));
    } else {
      out.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
    }
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
