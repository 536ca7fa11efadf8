package io.jenkins.plugins.dockerfilebuild.execution.docker;

import java.util.regex.Pattern;

/**
 * A path with wildcards as COPY takes them: Go's {@code filepath.Match} element by element ({@code
 * *}, {@code ?}, {@code [a-z]}, {@code [^a-z]}, a backslash to escape), and where {@code --parents}
 * and {@code --exclude} allow it {@code **} for any number of elements. Immutable.
 */
final class PathPattern {

  private static final String SPECIAL_IN_REGEX = "\\.^$|()+{}*?[]";

  private final Pattern regex;
  private final int elements;

  private PathPattern(Pattern regex, int elements) {
    this.regex = regex;
    this.elements = elements;
  }

  /**
   * @throws TransferException a bracket or an escape that does not end
   */
  static PathPattern parse(String pattern) {
    StringBuilder regex = new StringBuilder();
    new Translation(pattern, regex).run();
    return new PathPattern(
        Pattern.compile(regex.toString(), Pattern.DOTALL), count(pattern, pattern.length()));
  }

  /** Whether {@code path} holds a wildcard that is not escaped. */
  static boolean isWildcard(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '*' || c == '?' || c == '[') {
        return true;
      }
    }
    return false;
  }

  /** A path without wildcards, its escapes taken away. */
  static String literal(String path) {
    return path.replaceAll("\\\\(.)", "$1");
  }

  boolean matches(String path) {
    return regex.matcher(path).matches();
  }

  /** Whether {@code path} or a directory above it matches. */
  boolean matchesOrHolds(String path) {
    for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      if (matches(path.substring(0, end))) {
        return true;
      }
    }
    return matches(path);
  }

  /** How many path elements the pattern has, where none is {@code **}. */
  int elements() {
    return elements;
  }

  private static int count(String pattern, int end) {
    return (int) pattern.substring(0, end).chars().filter(c -> c == '/').count() + 1;
  }

  /** From a Go pattern to a regular expression; used once. */
  private static final class Translation {

    private final String pattern;
    private final StringBuilder regex;
    private int position;

    Translation(String pattern, StringBuilder regex) {
      this.pattern = pattern;
      this.regex = regex;
    }

    void run() {
      while (position < pattern.length()) {
        char c = pattern.charAt(position);
        switch (c) {
          case '*' -> star();
          case '?' -> append("[^/]");
          case '[' -> bracket();
          case '\\' -> escaped();
          default -> literal(c);
        }
      }
    }

    private void star() {
      if (!pattern.startsWith("**", position)) {
        append("[^/]*");
      } else if (pattern.startsWith("**/", position)) {
        regex.append("(?:.*/)?");
        position += 3;
      } else {
        regex.append(".*");
        position += 2;
      }
    }

    private void append(String text) {
      regex.append(text);
      position++;
    }

    private void literal(char c) {
      if (SPECIAL_IN_REGEX.indexOf(c) >= 0) {
        regex.append('\\');
      }
      append(String.valueOf(c));
    }

    private void escaped() {
      position++;
      if (position == pattern.length()) {
        throw invalid();
      }
      literal(pattern.charAt(position));
    }

    private void bracket() {
      int end = pattern.indexOf(']', position + 2);
      if (end < 0) {
        throw invalid();
      }
      String set = pattern.substring(position + 1, end);
      boolean negated = set.startsWith("^");
      String members = (negated ? set.substring(1) : set).replace("[", "\\[").replace("&&", "&\\&");
      regex.append("(?!/)[").append(negated ? "^" : "").append(members).append(']');
      position = end + 1;
    }

    private TransferException invalid() {
      return new TransferException("invalid pattern " + pattern);
    }
  }
}
