package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.dockerfile.NearestWord;
import io.jenkins.plugins.dockerfilebuild.dockerfile.WordExpansion;
import io.jenkins.plugins.dockerfilebuild.image.ReferenceFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the stage or image that a name means. Names are compared without case; of stages with the
 * same name, the nearest above the line that names it is meant. Immutable.
 */
final class StageNames {

  private static final String SCRATCH = "scratch";

  private final PlanRequest request;
  private final List<Dockerfile.Stage> stages;

  StageNames(PlanRequest request) {
    this.request = request;
    this.stages = request.dockerfile().stages();
  }

  /** The index of the stage to build: by name, by number, or the last. */
  int target() {
    if (stages.isEmpty()) {
      throw request.problem(0, "dockerfile contains no stages to build", "");
    }
    Optional<String> target = request.options().target();
    if (target.isEmpty()) {
      return stages.size() - 1;
    }
    return lastNamed(target.get(), stages.size())
        .or(() -> number(target.get()).filter(index -> index < stages.size()))
        .orElseThrow(
            () ->
                request.problem(
                    0,
                    "target stage \"%s\" could not be found".formatted(target.get()),
                    targetHint(target.get())));
  }

  /** What a FROM starts from, its words expanded. */
  Origin base(String name, String platform, int line, int stage) {
    Optional<Integer> above = lastNamed(name, stage);
    if (above.isPresent()) {
      return new Origin.Stage(above.get());
    }
    return name.equals(SCRATCH)
        ? new Origin.Scratch()
        : new Origin.Image(new ImageReference(named(name, line), platform));
  }

  private String named(String name, int line) {
    ReferenceFormat.problem(name)
        .ifPresent(
            problem -> {
              throw request.problem(
                  line,
                  "failed to parse stage name \"%s\": %s".formatted(name, problem),
                  nearest(name)
                      .map(found -> "did you mean " + found + "?")
                      .orElse("an image is named [registry/]name[:tag][@digest]"));
            });
    return name;
  }

  /**
   * What {@code --from} of a COPY or of a mount means.
   *
   * @param user for the message: what takes files from it, such as {@code cannot copy from}
   */
  Origin source(String from, String user, int line, int stage) {
    refuseVariables(from, line);
    Optional<Integer> above =
        lastNamed(from, stage).or(() -> number(from).map(index -> checked(index, line)));
    Optional<Integer> anywhere = above.or(() -> lastNamed(from, stages.size()));
    if (anywhere.isPresent() && anywhere.get() >= stage) {
      throw tooLate(from, user, line, stage, anywhere.get());
    }
    return above
        .<Origin>map(Origin.Stage::new)
        .orElseGet(() -> base(from, request.options().platform().toString(), line, 0));
  }

  private void refuseVariables(String from, int line) {
    WordExpansion expansion = new WordExpansion(request.dockerfile().directives().escape());
    String plain = request.at(line, () -> expansion.expand(from, Map.of()));
    if (!plain.equals(from)) {
      throw request.problem(
          line,
          "variable expansion is not supported for --from, define a new stage with FROM using ARG"
              + " from global scope as a workaround",
          "");
    }
  }

  private DockerfileException tooLate(String from, String user, int line, int stage, int found) {
    if (found == stage) {
      return request.problem(line, "circular dependency detected on stage: " + display(stage), "");
    }
    return request.problem(
        line,
        "%s stage \"%s\", it needs to be defined before current stage \"%s\""
            .formatted(user, from, display(stage)),
        "it begins at line " + stages.get(found).from().range().startLine());
  }

  /** The stage's name, or its number where it has none. */
  String display(int stage) {
    return stages.get(stage).name().orElse(Integer.toString(stage));
  }

  private int checked(int index, int line) {
    if (index >= stages.size()) {
      throw request.problem(line, "invalid stage index " + index, "");
    }
    return index;
  }

  private Optional<Integer> lastNamed(String name, int before) {
    for (int i = before - 1; i >= 0; i--) {
      if (stages.get(i).name().filter(name::equalsIgnoreCase).isPresent()) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private static Optional<Integer> number(String text) {
    return text.matches("\\d{1,6}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  /** The stage whose name is most like {@code name}, if one is near and it is not that name. */
  Optional<String> nearest(String name) {
    return NearestWord.ofAnyCase(name, names());
  }

  private List<String> names() {
    return stages.stream().flatMap(stage -> stage.name().stream()).toList();
  }

  private String targetHint(String name) {
    List<String> names = names();
    return nearest(name)
        .map(found -> "did you mean " + found + "?")
        .orElse(names.isEmpty() ? "no stage has a name" : "stages are " + String.join(", ", names));
  }
}
