package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.ArrayList;
import java.util.List;

/**
 * The two notions of white space in Dockerfiles: Unicode's, by which lines are trimmed and the
 * words of ENV, LABEL and ARG are told apart; and tab, vertical tab, form feed, carriage return and
 * space, at which all other words are split.
 */
final class Blanks {

  private Blanks() {}

  /** Unicode's {@code White_Space}, which includes NEL and the no-break spaces. */
  static boolean isBlank(int c) {
    return (c >= '\t' && c <= '\r') || c == 0x85 || Character.isSpaceChar(c);
  }

  static boolean isSeparator(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == 0x0B;
  }

  static String trimLeading(String text) {
    int start = 0;
    while (start < text.length() && isBlank(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  static String trim(String text) {
    int end = text.length();
    while (end > 0 && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return trimLeading(text.substring(0, end));
  }

  /** Without the line ends, however many, that it ends with. */
  static String trimLineEnd(String line) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == '\n' || line.charAt(end - 1) == '\r')) {
      end--;
    }
    return line.substring(0, end);
  }

  /** The parts between runs of separators; what follows the first {@code limit - 1} runs is one. */
  static List<String> split(String text, int limit) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    int i = 0;
    while (i < text.length() && parts.size() < limit - 1) {
      if (!isSeparator(text.charAt(i))) {
        i++;
        continue;
      }
      parts.add(text.substring(start, i));
      while (i < text.length() && isSeparator(text.charAt(i))) {
        i++;
      }
      start = i;
    }
    parts.add(text.substring(start));
    return parts;
  }
}
