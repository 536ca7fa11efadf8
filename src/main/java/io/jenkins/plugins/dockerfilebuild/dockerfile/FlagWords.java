package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The flags that an instruction's arguments begin with, taken off them: words that start with two
 * dashes, up to the first that does not or to a lone {@code --}. Quotes and escapes are removed.
 *
 * <p>BuildKit reads flags byte by byte, and so does this: each byte of a character beyond ASCII
 * becomes a character of its own, and the bytes 0x85 and 0xA0 are blanks. Not thread-safe.
 */
final class FlagWords {

  /**
   * @param flags the flags, quotes and escapes removed
   * @param rest what follows them, as written
   */
  record Split(List<String> flags, String rest) {}

  private final String bytes;
  private final char escape;
  private final List<String> flags = new ArrayList<>();
  private int position;

  private FlagWords(String arguments, char escape) {
    this.bytes = asBytes(arguments);
    this.escape = escape;
  }

  static Split split(String arguments, char escape) {
    // Nearly all instructions have none.
    if (!Blanks.trimLeading(arguments).startsWith("--")) {
      return new Split(List.of(), arguments);
    }
    return new FlagWords(arguments, escape).split();
  }

  /** One character per byte of the text in UTF-8. */
  static String asBytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** The text that {@link #asBytes} made bytes of. */
  static String asText(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private Split split() {
    while (true) {
      while (position < bytes.length() && Blanks.isBlank(bytes.charAt(position))) {
        position++;
      }
      if (!bytes.startsWith("--", position)) {
        break;
      }
      String flag = flag();
      if (flag.equals("--")) {
        break;
      }
      flags.add(flag);
    }
    return new Split(List.copyOf(flags), asText(bytes.substring(position)));
  }

  private String flag() {
    StringBuilder flag = new StringBuilder();
    char quote = 0;
    for (; position < bytes.length(); position++) {
      char c = bytes.charAt(position);
      if (quote == 0 && Blanks.isBlank(c)) {
        break;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else if (c != escape) {
        flag.append(c);
      } else if (position + 1 < bytes.length()) {
        position++;
        flag.append(bytes.charAt(position));
      }
    }
    return flag.toString();
  }
}
