package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.Optional;

/**
 * What the modifier of <code>${name:-operand}</code> and its likes makes of a value.
 *
 * @param modifier the character behind the name or the colon; -1 where the word ends
 * @param emptyIsUnset whether a colon precedes it
 */
record Substitution(String name, int modifier, boolean emptyIsUnset) {

  Substitution {
    if (emptyIsUnset && isTrim(modifier)) {
      throw unsupported(":" + show(modifier));
    }
  }

  /** Whether the operand is a pattern, in which escapes have a meaning of their own. */
  boolean isTrim() {
    return isTrim(modifier);
  }

  /** The modifier as written. */
  String shown() {
    return (emptyIsUnset ? ":" : "") + show(modifier);
  }

  /**
   * @param value empty if the variable is not set
   * @throws DockerfileException without a place, if there is no such modifier, if it demands a
   *     value that is not there, or if the operand is no pattern
   */
  String of(Optional<String> value, String operand) {
    Optional<String> usable = value.filter(v -> !(emptyIsUnset && v.isEmpty()));
    return switch (modifier) {
      case '-' -> usable.orElse(operand);
      case '+' -> usable.isPresent() ? operand : "";
      case '?' -> usable.orElseThrow(() -> missing(value, operand));
      case '#', '%' -> trimmed(value.orElse(""), operand);
      default -> throw unsupported(shown());
    };
  }

  private DockerfileException missing(Optional<String> value, String message) {
    String why = "is not allowed to be " + (value.isPresent() ? "empty" : "unset");
    return new DockerfileException(name + ": " + (message.isEmpty() ? why : message));
  }

  private String trimmed(String value, String operand) {
    boolean longest = operand.startsWith(show(modifier));
    ShellPattern pattern = pattern(longest ? operand.substring(1) : operand);
    return modifier == '#'
        ? pattern.withoutPrefix(value, longest)
        : pattern.withoutSuffix(value, longest);
  }

  static ShellPattern pattern(String pattern) {
    try {
      return ShellPattern.parse(pattern);
    } catch (DockerfileException e) {
      throw new DockerfileException(
          "invalid pattern (" + pattern + ") in substitution: " + e.problem());
    }
  }

  static DockerfileException unsupported(String modifier) {
    return new DockerfileException("unsupported modifier (" + modifier + ") in substitution");
  }

  static String show(int c) {
    return c < 0 ? "\uFFFD" : Character.toString(c);
  }

  private static boolean isTrim(int modifier) {
    return modifier == '#' || modifier == '%';
  }
}
