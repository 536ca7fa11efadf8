package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.plan.BuildContexts;
import io.jenkins.plugins.dockerfilebuild.plan.NamedContext;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a name in FROM or {@code --from} means: {@code --build-context NAME=VALUE}.
 *
 * @param image empty: it is a directory
 * @param directory that is there, or {@code ""} of an image
 */
record BuildContextOption(Optional<NamedContext.Image> image, Path directory) {

  private static final String OPTION = "--build-context";

  /** All of them by name. */
  static Map<String, BuildContextOption> parse(List<String> texts) {
    try {
      Map<String, BuildContextOption> options = new LinkedHashMap<>();
      Assignments.of(OPTION, texts).forEach((name, value) -> options.put(name, of(name, value)));
      BuildContexts.requireNames(options.keySet());
      return options;
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(OPTION + ": " + e.getMessage());
    }
  }

  private static BuildContextOption of(String name, String value) {
    if (value.isEmpty()) {
      throw CommandFailure.usage(
          "%s %s: it has no value".formatted(OPTION, name),
          "it is NAME=DIR or NAME=" + NamedContext.IMAGE + "IMAGE");
    }
    Optional<NamedContext.Image> image = NamedContext.image(value);
    return new BuildContextOption(
        image,
        image.isPresent()
            ? Path.of("")
            : ContextFiles.directory("%s %s=%s".formatted(OPTION, name, value), value));
  }
}
