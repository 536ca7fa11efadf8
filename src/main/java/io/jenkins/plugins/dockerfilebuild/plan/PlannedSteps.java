package io.jenkins.plugins.dockerfilebuild.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The steps of a plan, in the order in which they are found. What the plan for one platform has in
 * common with that for another is one step: a stage {@code FROM --platform=$BUILDPLATFORM} runs
 * once for all. For one thread.
 */
final class PlannedSteps {

  private final List<PlannedStep> steps = new ArrayList<>();

  /** Definition keys of the first steps, as far as they were needed. */
  private final List<StepKey> keys = new ArrayList<>();

  /** The steps of platforms that have been planned, by definition key. */
  private final Map<StepKey, Integer> ofOtherPlatforms = new HashMap<>();

  /** The index of the step that is added next, unless another platform has it already. */
  int nextIndex() {
    return steps.size();
  }

  /**
   * Adds a step that has the next index.
   *
   * @return its index, or that of the same step for another platform
   */
  int add(PlannedStep step) {
    if (!ofOtherPlatforms.isEmpty()) {
      learnKeys();
      Integer same = ofOtherPlatforms.get(step.inputs().definitionKey(keys::get));
      if (same != null) {
        return same;
      }
    }
    steps.add(step);
    return step.index();
  }

  /** A stage is planned: steps that it added learn how many it has. */
  void count(List<Integer> stage, int firstAdded) {
    for (int index : stage) {
      if (index >= firstAdded) {
        steps.set(index, steps.get(index).of(stage.size()));
      }
    }
  }

  /** What is added from now on is for another platform. */
  void nextPlatform() {
    learnKeys();
    for (int index = 0; index < keys.size(); index++) {
      ofOtherPlatforms.putIfAbsent(keys.get(index), index);
    }
  }

  private void learnKeys() {
    while (keys.size() < steps.size()) {
      keys.add(steps.get(keys.size()).inputs().definitionKey(keys::get));
    }
  }

  List<PlannedStep> all() {
    return List.copyOf(steps);
  }
}
