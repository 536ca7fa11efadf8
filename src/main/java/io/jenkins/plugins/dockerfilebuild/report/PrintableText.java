package io.jenkins.plugins.dockerfilebuild.report;

/**
 * Makes foreign text safe for a terminal and for a log file: one line, no escape sequence, no
 * control character but the tab.
 *
 * <p>Colours go too. A RUN has no terminal, so its tools print colours only when they are forced
 * to, and a colour can hide text as well as any other sequence (black on black, concealed).
 */
public final class PrintableText {

  private static final char ESCAPE = '\u001b';
  private static final char BELL = '\u0007';
  private static final char STRING_TERMINATOR = '\u009c';

  private final String text;
  private final StringBuilder clean;
  private final int visibleEnd;
  private int next = 0;
  // Once a string was found to have no terminator, none that begins later has one: a line of such
  // beginnings is not searched for each of them.
  private boolean unterminated = false;

  private PrintableText(String text) {
    this.text = text;
    this.clean = new StringBuilder(text.length());
    this.visibleEnd = text.stripTrailing().length();
  }

  /**
   * The text as one harmless line. Of a line that was overwritten with carriage returns (a progress
   * bar) what was written last stays, as a terminal would show it.
   */
  public static String of(String text) {
    return isHarmless(text) ? text : new PrintableText(text).cleaned();
  }

  private static boolean isHarmless(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  private String cleaned() {
    while (next < text.length()) {
      int c = text.codePointAt(next);
      next += Character.charCount(c);
      switch (c) {
        case ESCAPE -> skipEscapeSequence();
        case '\u009b' -> skipControlSequence();
        case '\u0090', '\u0098', '\u009d', '\u009e', '\u009f' -> skipControlString();
        case '\r' -> overwrite();
        case '\n', '\u2028', '\u2029' -> clean.append(' ');
        default -> keep(c);
      }
    }
    return clean.toString();
  }

  private void keep(int c) {
    if (c == '\t' || !(Character.isISOControl(c) || changesDirection(c))) {
      boolean loneSurrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      clean.appendCodePoint(loneSurrogate ? '\ufffd' : c);
    }
  }

  /** Embeddings, overrides and isolates: they make a line read as something that it is not. */
  private static boolean changesDirection(int c) {
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
  }

  private void overwrite() {
    if (next < visibleEnd) {
      clean.setLength(0);
    }
  }

  private void skipEscapeSequence() {
    if (next == text.length()) {
      return;
    }
    char kind = text.charAt(next);
    switch (kind) {
      case '[' -> {
        next++;
        skipControlSequence();
      }
      case ']', 'P', 'X', '^', '_' -> {
        next++;
        skipControlString();
      }
      default -> {
        skipWhile(' ', '/');
        skipOne('0', '~');
      }
    }
  }

  /** CSI: parameters, intermediate bytes, a final byte (ECMA-48, 5.4). */
  private void skipControlSequence() {
    skipWhile('0', '?');
    skipWhile(' ', '/');
    skipOne('@', '~');
  }

  /**
   * A string that a terminal swallows up to its terminator. Without a terminator only the
   * introducer goes, so that nobody can make the rest of a line disappear.
   */
  private void skipControlString() {
    for (int i = next; i < text.length() && !unterminated; i++) {
      char c = text.charAt(i);
      if (c == BELL || c == STRING_TERMINATOR) {
        next = i + 1;
        return;
      }
      if (c == ESCAPE && i + 1 < text.length() && text.charAt(i + 1) == '\\') {
        next = i + 2;
        return;
      }
    }
    unterminated = true;
  }

  private void skipWhile(char from, char to) {
    while (next < text.length() && text.charAt(next) >= from && text.charAt(next) <= to) {
      next++;
    }
  }

  private void skipOne(char from, char to) {
    if (next < text.length() && text.charAt(next) >= from && text.charAt(next) <= to) {
      next++;
    }
  }
}
