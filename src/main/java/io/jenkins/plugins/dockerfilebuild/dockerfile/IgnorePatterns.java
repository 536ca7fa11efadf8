package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which files a {@code .dockerignore} or {@code --exclude} leaves out. A pattern that matches a
 * directory matches all that is in it; of several that match the last decides; those with {@code !}
 * let in again, even below a directory that is left out. Semantics of moby/patternmatcher.
 *
 * <p>Immutable, thread-safe.
 */
public final class IgnorePatterns {

  /** Leaves nothing out. */
  public static final IgnorePatterns NONE = new IgnorePatterns(List.of());

  private record Rule(PathPattern pattern, boolean include) {}

  private final List<Rule> rules;

  private IgnorePatterns(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * Parses a {@code .dockerignore}.
   *
   * @param file the name the user knows it by; it stands in error messages
   * @throws DockerfileException if a pattern is malformed
   */
  public static IgnorePatterns parse(String file, byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    String[] lines = (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\n", -1);
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < lines.length; i++) {
      // A comment begins in the first column, nowhere else.
      String line = lines[i].startsWith("#") ? "" : Blanks.trim(lines[i]);
      try {
        rule(cleaned(line)).ifPresent(rules::add);
      } catch (DockerfileException e) {
        throw e.at(file, i + 1);
      }
    }
    return new IgnorePatterns(rules);
  }

  /**
   * Patterns that were given one by one, as {@code --exclude} does: no comments, and a slash at the
   * start stays.
   *
   * @throws DockerfileException without a place, if a pattern is malformed
   */
  public static IgnorePatterns of(List<String> patterns) {
    List<Rule> rules = new ArrayList<>();
    patterns.forEach(pattern -> rule(pattern).ifPresent(rules::add));
    return new IgnorePatterns(rules);
  }

  /** Whether there is no pattern at all. */
  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /**
   * Whether a file or directory is left out.
   *
   * @param path relative to the root of the context, with slashes, clean
   */
  public boolean ignores(String path) {
    return decidingRule(path).map(rule -> !rules.get(rule).include()).orElse(false);
  }

  /**
   * Whether something below a directory that is left out may be let in again; if not, nobody needs
   * to look into it. It may answer true where nothing is.
   *
   * @param directory a path as for {@link #ignores}
   */
  public boolean mayIncludeBelow(String directory) {
    // What matches the directory matches everything below it, so earlier rules have no say there.
    int first = decidingRule(directory).orElse(-1) + 1;
    for (Rule rule : rules.subList(first, rules.size())) {
      if (rule.include() && rule.pattern().mayMatchBelow(directory)) {
        return true;
      }
    }
    return false;
  }

  /** The last rule that matches. */
  private Optional<Integer> decidingRule(String path) {
    for (int i = rules.size() - 1; i >= 0; i--) {
      if (rules.get(i).pattern().matchesOrContains(path)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /** A line as it is cleaned when the file is read: {@code /foo}, {@code ./foo} become foo. */
  private static String cleaned(String line) {
    boolean include = line.startsWith("!");
    String pattern = include ? Blanks.trim(line.substring(1)) : line;
    if (!pattern.isEmpty()) {
      pattern = SlashPath.clean(pattern);
      pattern = pattern.length() > 1 && pattern.startsWith("/") ? pattern.substring(1) : pattern;
    }
    return (include ? "!" : "") + pattern;
  }

  private static Optional<Rule> rule(String pattern) {
    String text = Blanks.trim(pattern);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.length() > SourceLines.MAX_LINE_BYTES) {
      throw new DockerfileException("pattern longer than " + SourceLines.MAX_LINE_BYTES);
    }
    String clean = SlashPath.clean(text);
    boolean include = clean.startsWith("!");
    if (clean.equals("!")) {
      throw new DockerfileException("illegal exclusion pattern: \"!\"");
    }
    return Optional.of(new Rule(PathPattern.parse(include ? clean.substring(1) : clean), include));
  }
}
