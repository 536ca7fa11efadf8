package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is valid but hardly meant in the stages of a Dockerfile. */
final class StageCheck {

  private StageCheck() {}

  /** Sentences that begin with a line number. */
  static List<String> warnings(Dockerfile dockerfile) {
    List<String> warnings = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    for (Stage stage : dockerfile.stages()) {
      int line = stage.from().range().startLine();
      stage
          .name()
          .filter(name -> lines.putIfAbsent(name, line) != null)
          .ifPresent(
              name ->
                  warnings.add(
                      "%d: the stage name \"%s\" is taken already in line %d; the later one wins"
                          .formatted(line, name, lines.get(name))));
      if (stage.instructions().isEmpty() && isLast(stage, dockerfile)) {
        warnings.add(line + ": the last stage has no instruction; the image is its base");
      }
    }
    return warnings;
  }

  private static boolean isLast(Stage stage, Dockerfile dockerfile) {
    return stage.index() == dockerfile.stages().size() - 1;
  }
}
