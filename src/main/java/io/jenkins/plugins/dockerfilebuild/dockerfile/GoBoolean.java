package io.jenkins.plugins.dockerfilebuild.dockerfile;

/** The words for true and false in the options of a flag (Go's {@code strconv.ParseBool}). */
final class GoBoolean {

  private GoBoolean() {}

  /**
   * @throws DockerfileException without a place, if the value of {@code key} is none of them
   */
  static boolean parse(String key, String value) {
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw new DockerfileException("invalid value for " + key + ": " + value);
    };
  }
}
