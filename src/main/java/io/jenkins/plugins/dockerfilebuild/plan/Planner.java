package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.ContextTree;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction;
import io.jenkins.plugins.dockerfilebuild.dockerfile.NearestWord;
import io.jenkins.plugins.dockerfilebuild.dockerfile.ParserWarning;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.plan.NeededStage.Located;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes a {@link BuildPlan} of a Dockerfile, the user's options and a build context. It reads
 * nothing but the context, through {@link ContextTree}, and knows no time.
 *
 * <p>Only stages that the target needs are looked at: those it starts from, copies from or mounts
 * from, and theirs. Scopes of ENV and ARG, defaults and error texts are BuildKit's ({@code
 * frontend/dockerfile/dockerfile2llb}).
 */
public final class Planner {

  private final PlanScope scope;
  private final List<PlannedStep> steps = new ArrayList<>();

  private Planner(PlanScope scope) {
    this.scope = scope;
  }

  /**
   * Plans as far as the known images allow.
   *
   * @param known the images that earlier rounds asked for, under the references they asked with
   * @throws io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException the Dockerfile does
   *     not make sense as asked: an unknown stage, a source that does not exist, a variable that
   *     must be set, something that is not supported
   * @throws io.jenkins.plugins.dockerfilebuild.content.ContextException the context cannot be read
   */
  public static Planning plan(
      Dockerfile dockerfile,
      BuildOptions options,
      ContextTree tree,
      Map<ImageReference, ImageDescription> known) {
    return plan(dockerfile, options, tree, known, Map.of());
  }

  /**
   * As {@link #plan(Dockerfile, BuildOptions, ContextTree, Map)}.
   *
   * @param fetched what earlier rounds asked for, of ADD
   */
  public static Planning plan(
      Dockerfile dockerfile,
      BuildOptions options,
      ContextTree tree,
      Map<ImageReference, ImageDescription> known,
      Map<RemoteSource, RemoteContent> fetched) {
    PlanRequest request =
        new PlanRequest(dockerfile, options, tree, Map.copyOf(known), Map.copyOf(fetched));
    GlobalScope globals = GlobalScope.of(request);
    StageNames names = new StageNames(request);
    StageSelection selection = new StageSelection(request, globals, names);
    List<ImageNeed> missing = selection.missingImages();
    if (!missing.isEmpty()) {
      return new Planning.NeedsImages(missing);
    }
    PlanScope scope =
        new PlanScope(
            request, globals, names, new HashMap<>(), new ArrayList<>(), new LinkedHashMap<>());
    BuildPlan plan = new Planner(scope).plan(selection.stages());
    return scope.missing().isEmpty()
        ? new Planning.Planned(plan)
        : new Planning.NeedsSources(scope.missing());
  }

  private BuildPlan plan(List<NeededStage> stages) {
    for (NeededStage stage : stages) {
      StageState state = start(stage);
      steps.addAll(new StagePlanner(stage, state, scope, steps.size()).plan());
      scope.finished().put(stage.index(), state);
    }
    warnOfUnusedArguments(stages);
    StageState target = scope.finished().get(stages.get(stages.size() - 1).index());
    target.config().labels(scope.request().options().labels());
    return new BuildPlan(steps, target.result(), scope.warnings());
  }

  private StageState start(NeededStage stage) {
    if (stage.origin() instanceof Origin.Stage base) {
      return scope.finished().get(base.index()).child();
    }
    if (stage.origin() instanceof Origin.Image image) {
      ImageDescription found = scope.request().known().get(image.reference());
      warnOfPlatform(stage, image.reference(), found);
      return StageState.image(
          new RootFilesystem.Base(image.reference().name(), found), stage.platform());
    }
    return StageState.scratch(stage.platform());
  }

  private void warnOfPlatform(NeededStage stage, ImageReference asked, ImageDescription found) {
    if (found.platform().isEmpty()
        || Platform.parse(found.platform()).equals(Platform.parse(asked.platform()))) {
      return;
    }
    warn(
        stage.from().startLine(),
        "base image %s is for platform \"%s\", expected \"%s\""
            .formatted(asked.name(), found.platform(), asked.platform()));
  }

  private void warnOfUnusedArguments(List<NeededStage> stages) {
    Set<String> declared = new LinkedHashSet<>();
    Dockerfile dockerfile = scope.request().dockerfile();
    dockerfile.globalArguments().forEach(arg -> declare(arg, declared));
    dockerfile.stages().forEach(stage -> stage.instructions().forEach(i -> declare(i, declared)));
    stages.stream()
        .flatMap(stage -> stage.instructions().stream())
        .map(Located::instruction)
        .forEach(instruction -> declare(instruction, declared));
    for (String name : scope.request().buildArguments().unused(declared)) {
      String nearest =
          NearestWord.ofAnyCase(name, declared)
              .map(word -> " (did you mean " + word + "?)")
              .orElse("");
      warn(0, "build argument %s is declared by no ARG%s".formatted(name, nearest));
    }
  }

  private static void declare(Instruction instruction, Set<String> declared) {
    if (instruction instanceof Instruction.Arg arg) {
      arg.declarations().forEach(declaration -> declared.add(declaration.name()));
    }
  }

  private void warn(int line, String message) {
    scope.warnings().add(new ParserWarning(line, message));
  }
}
