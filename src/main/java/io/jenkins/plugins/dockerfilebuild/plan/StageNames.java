package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.dockerfile.NearestWord;
import io.jenkins.plugins.dockerfilebuild.dockerfile.WordExpansion;
import io.jenkins.plugins.dockerfilebuild.image.ReferenceFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the stage, image or named build context that a name means. Names are compared without case;
 * of stages with the same name, the nearest above the line that names it is meant. Immutable.
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
        .map(this::notReplaced)
        .or(() -> number(target.get()).filter(index -> index < stages.size()))
        .orElseThrow(
            () ->
                request.problem(
                    0,
                    "target stage \"%s\" could not be found".formatted(target.get()),
                    targetHint(target.get())));
  }

  /** A build context in the place of the target leaves nothing to build. */
  private int notReplaced(int stage) {
    if (replacement(stage).isPresent()) {
      throw request.problem(
          0,
          "target stage \"%s\" is replaced by the build context of that name"
              .formatted(display(stage)),
          "build a stage that uses it");
    }
    return stage;
  }

  private Optional<NamedContext> replacement(int stage) {
    return stages.get(stage).name().flatMap(request.contexts()::find);
  }

  /** What a FROM starts from, its words expanded. */
  Origin base(String name, String platform, int line, int stage) {
    Origin origin = origin(name, lastNamed(name, stage), platform, line);
    if (origin instanceof Origin.Directory) {
      throw request.problem(
          line,
          "the build context \"%s\" is a directory, from which no stage can start".formatted(name),
          "FROM scratch and COPY --from=%s . / start with its files".formatted(name));
    }
    return origin;
  }

  /**
   * What the user says that a name means, or else a stage, or else an image.
   *
   * @param stage that the name is of
   */
  private Origin origin(String name, Optional<Integer> stage, String platform, int line) {
    Optional<NamedContext> given =
        stage.isPresent() ? replacement(stage.get()) : request.contexts().find(name);
    if (given.isPresent() && given.get() instanceof NamedContext.Files files) {
      return new Origin.Directory(new SourceContext(Optional.of(name), files.tree()));
    }
    if (given.isEmpty() && stage.isPresent()) {
      return new Origin.Stage(stage.get());
    }
    String image = given.map(context -> ((NamedContext.Image) context).reference()).orElse(name);
    return image.equals(SCRATCH)
        ? new Origin.Scratch()
        : new Origin.Image(new ImageReference(named(image, line), platform));
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
    return origin(from, above, request.options().platform().toString(), line);
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

  /** The stage or context whose name is most like {@code name}, if one is near and is not it. */
  Optional<String> nearest(String name) {
    List<String> all = new ArrayList<>(names());
    all.addAll(request.contexts().named().keySet());
    return NearestWord.ofAnyCase(name, all);
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
