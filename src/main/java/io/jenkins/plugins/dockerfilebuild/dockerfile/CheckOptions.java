package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.List;
import java.util.Optional;

/**
 * What {@code # check=} says to BuildKit's linter, {@code skip=…;experimental=…;error=…}. Here no
 * build check is run: the options are read to refuse what BuildKit refuses.
 *
 * @param wanted whether it asks for more than to skip checks
 */
record CheckOptions(boolean wanted) {

  private static final List<String> NAMES = List.of("skip", "experimental", "error");

  /** What stands behind the second semicolon is one option to BuildKit. */
  private static final int MOST = 3;

  /**
   * @throws DockerfileException without a place, if an option is unknown or malformed
   */
  static CheckOptions parse(String text) {
    boolean wanted = false;
    if (!text.isBlank()) {
      for (String option : text.strip().split(";", MOST)) {
        wanted |= wants(option);
      }
    }
    return new CheckOptions(wanted);
  }

  private static boolean wants(String option) {
    int equals = option.indexOf('=');
    if (equals < 0) {
      throw new DockerfileException(
          "",
          0,
          "invalid check option \"%s\"".formatted(option),
          Optional.of("options are skip=, experimental= and error="));
    }
    String name = option.substring(0, equals).strip();
    String value = option.substring(equals + 1).strip();
    return switch (name) {
      case "skip" -> false;
      case "experimental" -> true;
      case "error" -> GoBoolean.parse("check option error", value);
      default ->
          throw DockerfileException.misspelt(
              "invalid check option \"%s\"".formatted(name), name, NAMES);
    };
  }
}
