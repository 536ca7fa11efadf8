package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
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
 * Makes a {@link BuildPlan} of a Dockerfile, the user's options and build contexts. It reads
 * nothing but these, through {@link BuildContexts}, and knows no time.
 *
 * <p>Only stages that the target needs are looked at: those it starts from, copies from or mounts
 * from, and theirs. Scopes of ENV and ARG, defaults and error texts are BuildKit's ({@code
 * frontend/dockerfile/dockerfile2llb}).
 */
public final class Planner {

  private final PlanScope scope;
  private final PlannedSteps steps;

  private Planner(PlanScope scope, PlannedSteps steps) {
    this.scope = scope;
    this.steps = steps;
  }

  /** Plans for the platform of the options alone. */
  public static Planning plan(
      Dockerfile dockerfile,
      BuildOptions options,
      BuildContexts contexts,
      Map<ImageReference, ImageDescription> known,
      Map<RemoteSource, RemoteContent> fetched) {
    return plan(dockerfile, List.of(options), contexts, known, fetched);
  }

  /**
   * Plans as far as the known images and sources allow, for several platforms in one graph: steps
   * that two of them have in common are one.
   *
   * @param platforms the user's options for each platform, at least one
   * @param known the images that earlier rounds asked for, under the references they asked with
   * @param fetched what earlier rounds asked for, of ADD
   * @throws io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException the Dockerfile does
   *     not make sense as asked: an unknown stage, a source that does not exist, a variable that
   *     must be set, something that is not supported
   * @throws io.jenkins.plugins.dockerfilebuild.content.ContextException the context cannot be read
   */
  public static Planning plan(
      Dockerfile dockerfile,
      List<BuildOptions> platforms,
      BuildContexts contexts,
      Map<ImageReference, ImageDescription> known,
      Map<RemoteSource, RemoteContent> fetched) {
    PlannedSteps steps = new PlannedSteps();
    PlanSize size = new PlanSize();
    List<BuildPlan.Target> targets = new ArrayList<>();
    Set<ParserWarning> warnings = new LinkedHashSet<>();
    Set<ImageNeed> missing = new LinkedHashSet<>();
    Map<RemoteSource, Integer> missingSources = new LinkedHashMap<>();
    for (BuildOptions options : platforms) {
      PlanRequest request =
          new PlanRequest(
              dockerfile, options, contexts, Map.copyOf(known), Map.copyOf(fetched), size);
      GlobalScope globals = GlobalScope.of(request);
      StageNames names = new StageNames(request);
      StageSelection selection = new StageSelection(request, globals, names);
      missing.addAll(selection.missingImages());
      if (missing.isEmpty()) {
        PlanScope scope =
            new PlanScope(
                request, globals, names, new HashMap<>(), new ArrayList<>(), missingSources);
        StageResult result = new Planner(scope, steps).plan(selection.stages());
        targets.add(new BuildPlan.Target(options.platform().toString(), result));
        warnings.addAll(scope.warnings());
        if (targets.size() < platforms.size()) {
          steps.nextPlatform();
        }
      }
    }
    if (!missing.isEmpty()) {
      return new Planning.NeedsImages(List.copyOf(missing));
    }
    return missingSources.isEmpty()
        ? new Planning.Planned(new BuildPlan(steps.all(), targets, List.copyOf(warnings)))
        : new Planning.NeedsSources(missingSources);
  }

  private StageResult plan(List<NeededStage> stages) {
    for (NeededStage stage : stages) {
      StageState state = start(stage);
      new StagePlanner(stage, state, scope, steps).plan();
      scope.finished().put(stage.index(), state);
    }
    warnOfUnusedArguments(stages);
    StageState target = scope.finished().get(stages.get(stages.size() - 1).index());
    BuildOptions options = scope.request().options();
    target.config().labels(options.labels());
    options.askedPlatform().ifPresent(target.config()::platform);
    return target.result(scope.globals().epochMillis(scope.request()));
  }

  private StageState start(NeededStage stage) {
    if (stage.origin() instanceof Origin.Stage base) {
      StageState above = scope.finished().get(base.index());
      scope.request().count(stage.from().startLine(), 0, above.config().entries());
      return above.child();
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
    BuildArguments given = scope.request().buildArguments();
    for (String name : given.withoutEffect(declared)) {
      warn(0, "build argument %s has no effect here, it is for BuildKit".formatted(name));
    }
    for (String name : given.unused(declared)) {
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
