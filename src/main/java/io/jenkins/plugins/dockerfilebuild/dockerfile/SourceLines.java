package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The lines of a file, one after the other, with their line ends. Lines end at line feeds only; a
 * byte-order mark before the first is dropped. A reader of its own, not thread-safe.
 */
final class SourceLines {

  /** BuildKit's limit, in bytes and without the line feed ({@code bufio.MaxScanTokenSize - 1}). */
  static final int MAX_LINE_BYTES = 65_535;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final byte[] content;
  private int position;
  private int number;
  private int firstMalformed;

  SourceLines(byte[] content) {
    this.content = content;
  }

  boolean hasNext() {
    return position < content.length;
  }

  /** The next line; what is not UTF-8 in it is replaced by U+FFFD. */
  String next() {
    int end = position;
    while (end < content.length && content[end] != '\n') {
      end++;
    }
    number++;
    if (end - position > MAX_LINE_BYTES) {
      throw new DockerfileException(
          "",
          number,
          "dockerfile line greater than max allowed size of " + MAX_LINE_BYTES,
          Optional.empty());
    }
    byte[] bytes = Arrays.copyOfRange(content, position, Math.min(end + 1, content.length));
    position = position + bytes.length;
    String line = new String(bytes, StandardCharsets.UTF_8);
    if (firstMalformed == 0
        && line.indexOf('\uFFFD') >= 0
        && !Arrays.equals(bytes, line.getBytes(StandardCharsets.UTF_8))) {
      firstMalformed = number;
    }
    return number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
  }

  /** The 1-based number of the line that was returned last; 0 before the first. */
  int number() {
    return number;
  }

  /** The first line so far that was not UTF-8; 0 if there was none. */
  int firstMalformed() {
    return firstMalformed;
  }
}
