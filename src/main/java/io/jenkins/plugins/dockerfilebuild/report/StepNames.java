package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The steps of a plan and what the consoles call them. Not thread-safe. */
final class StepNames {

  private final Map<Integer, BuildEvent.Step> steps = new HashMap<>();

  /** Where steps are for several platforms, each says for which. */
  void learn(List<BuildEvent.Step> planned) {
    boolean several = planned.stream().map(BuildEvent.Step::platform).distinct().count() > 1;
    planned.forEach(step -> steps.put(step.index(), several ? withPlatform(step) : step));
  }

  private static BuildEvent.Step withPlatform(BuildEvent.Step step) {
    return new BuildEvent.Step(
        step.index(),
        step.platform() + " " + stage(step),
        step.stepInStage(),
        step.stepsInStage(),
        step.line(),
        step.endLine(),
        step.text(),
        step.platform());
  }

  BuildEvent.Step step(int index) {
    return steps.computeIfAbsent(index, StepNames::unplanned);
  }

  /** A stand-in for a step that the plan did not tell. */
  static BuildEvent.Step unplanned(int index) {
    return new BuildEvent.Step(index, "", 0, 0, 0, 0, "");
  }

  /** {@code #4 [build 2/5]}; a stage without a name is {@code stage-0}, as BuildKit calls it. */
  static String prefix(BuildEvent.Step step) {
    return "#%d [%s %d/%d]"
        .formatted(step.index(), stage(step), step.stepInStage(), step.stepsInStage());
  }

  /** The stage's name, or {@code stage-0}. */
  static String stage(BuildEvent.Step step) {
    String stage = PrintableText.of(step.stage());
    boolean unnamed = !stage.isEmpty() && stage.chars().allMatch(Character::isDigit);
    return unnamed ? "stage-" + stage : stage;
  }

  /** The instruction as one printable line. */
  static String text(BuildEvent.Step step) {
    return PrintableText.of(step.text());
  }
}
