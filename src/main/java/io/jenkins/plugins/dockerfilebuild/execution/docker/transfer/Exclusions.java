package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import java.util.List;

/**
 * What {@code --exclude} leaves out: patterns as in {@code .dockerignore}, the last that matches
 * decides, {@code !} takes back. A directory that is left out leaves out what it holds. Immutable.
 */
final class Exclusions {

  private record Rule(SourcePattern pattern, boolean excludes) {}

  private final List<Rule> rules;

  private Exclusions(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  static Exclusions of(List<String> patterns) {
    return new Exclusions(patterns.stream().map(Exclusions::rule).toList());
  }

  /** Whether {@code path}, relative to the source that is copied, is left out. */
  boolean exclude(String path) {
    boolean excluded = false;
    for (Rule rule : rules) {
      if (rule.excludes() != excluded && rule.pattern().matchesOrHolds(path)) {
        excluded = rule.excludes();
      }
    }
    return excluded;
  }

  private static Rule rule(String pattern) {
    boolean negated = pattern.startsWith("!");
    String text = negated ? pattern.substring(1) : pattern;
    String clean = ContainerPath.clean(text);
    // With a slash at the start it matches nothing, as of the context.
    String path = text.startsWith("/") ? clean : clean.substring(1);
    return new Rule(SourcePattern.parse(path), !negated);
  }
}
