package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Recognises parser directives, {@code # name=value}, in the first lines of a file. The first line
 * that is none ends them: a blank line, a comment, an unknown name. One reader serves one file.
 */
final class DirectiveReader {

  /** A directive as it stands in the file, its name in lower case. */
  record Directive(String name, String value) {}

  private static final Set<String> NAMES = Set.of("syntax", "escape", "check");

  private final String prefix;
  private final Set<String> seen = new HashSet<>();
  private boolean done;

  /**
   * @param prefix what a directive starts with: {@code #}, or {@code //} in files of other
   *     frontends
   */
  DirectiveReader(String prefix) {
    this.prefix = prefix;
  }

  /**
   * Reads the next line, without its line end.
   *
   * @throws DockerfileException if its directive was there already
   */
  Optional<Directive> read(String line) {
    Optional<Directive> directive = done ? Optional.empty() : directive(line);
    done = directive.isEmpty();
    directive.ifPresent(
        d -> {
          if (!seen.add(d.name())) {
            throw new DockerfileException("only one " + d.name() + " parser directive can be used");
          }
        });
    return directive;
  }

  boolean isDone() {
    return done;
  }

  private Optional<Directive> directive(String line) {
    if (!line.startsWith(prefix)) {
      return Optional.empty();
    }
    String text = Blanks.trimLeading(line.substring(prefix.length()));
    int equals = text.indexOf('=');
    if (equals < 0) {
      return Optional.empty();
    }
    String name = stripAscii(text.substring(0, equals)).toLowerCase(Locale.ROOT);
    String value = value(text.substring(equals + 1));
    return NAMES.contains(name) && !value.isEmpty()
        ? Optional.of(new Directive(name, value))
        : Optional.empty();
  }

  /** A value that is nothing but blanks is one of them, as BuildKit has it; only "" is none. */
  private static String value(String text) {
    String value = stripAscii(text);
    return value.isEmpty() ? text.substring(Math.max(0, text.length() - 1)) : value;
  }

  /** Without the tabs, form feeds, carriage returns and spaces around it. */
  private static String stripAscii(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isAsciiBlank(text.charAt(start))) {
      start++;
    }
    while (end > start && isAsciiBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isAsciiBlank(char c) {
    return c == ' ' || c == '\t' || c == '\f' || c == '\r';
  }
}
