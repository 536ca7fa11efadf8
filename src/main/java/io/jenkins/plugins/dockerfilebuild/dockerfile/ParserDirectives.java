package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The directives in the first lines of a Dockerfile ({@code # syntax=}, {@code # escape=}, {@code #
 * check=}).
 *
 * @param escape the escape character that the parser really uses, a backslash or a backtick
 * @param syntax the frontend image asked for; noted, never fetched
 * @param check the configuration of build checks, as written
 * @param checkLine where that stands, 0 for nowhere
 */
public record ParserDirectives(
    char escape, Optional<String> syntax, Optional<String> check, int checkLine) {

  /** The escape character of a file that does not choose one. */
  public static final char DEFAULT_ESCAPE = '\\';

  /**
   * Looks up {@code syntax} and {@code check} the way BuildKit does before it parses: past a first
   * line {@code #!}, and {@code syntax} also in the notation of other languages ({@code //
   * syntax=}, {@code {"syntax": ""}}).
   */
  static ParserDirectives detect(char escape, byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    boolean begun = text.startsWith("#!");
    if (begun) {
      int end = text.indexOf('\n');
      text = end < 0 ? "" : text.substring(end + 1);
    }
    String program = text;
    Optional<String> syntax =
        find("syntax", "#", program)
            .or(() -> find("syntax", "//", program))
            .or(() -> JsonForm.stringField(program, "syntax"));
    Optional<Found> check = located("check", "#", program);
    return new ParserDirectives(
        escape,
        syntax,
        check.map(Found::value),
        check.map(found -> found.line() + (begun ? 1 : 0)).orElse(0));
  }

  /** A directive's value, and its line in what was looked through. */
  private record Found(String value, int line) {}

  private static Optional<String> find(String name, String prefix, String text) {
    return located(name, prefix, text).map(Found::value);
  }

  private static Optional<Found> located(String name, String prefix, String text) {
    DirectiveReader reader = new DirectiveReader(prefix);
    int start = 0;
    int line = 0;
    while (start < text.length() && !reader.isDone()) {
      int feed = text.indexOf('\n', start);
      int end = feed < 0 ? text.length() : feed;
      line++;
      Optional<DirectiveReader.Directive> directive;
      try {
        directive = reader.read(withoutCarriageReturn(text.substring(start, end)));
      } catch (DockerfileException duplicate) {
        return Optional.empty();
      }
      if (directive.isPresent() && directive.get().name().equals(name)) {
        return Optional.of(new Found(directive.get().value(), line));
      }
      start = end + 1;
    }
    return Optional.empty();
  }

  private static String withoutCarriageReturn(String line) {
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }
}
