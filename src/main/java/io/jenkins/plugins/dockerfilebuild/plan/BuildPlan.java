package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.dockerfile.ParserWarning;
import java.util.ArrayList;
import java.util.List;

/**
 * What has to be done for the requested stage. Immutable.
 *
 * @param steps each after all that it needs; a step's index is its place here
 * @param target what the build yields
 * @param warnings found while planning, such as build arguments that nothing declares
 */
public record BuildPlan(List<PlannedStep> steps, StageResult target, List<ParserWarning> warnings) {

  public BuildPlan {
    steps = List.copyOf(steps);
    warnings = List.copyOf(warnings);
  }

  /** The definition key of every step, by index. */
  public List<StepKey> definitionKeys() {
    List<StepKey> keys = new ArrayList<>(steps.size());
    for (PlannedStep step : steps) {
      keys.add(step.inputs().definitionKey(keys::get));
    }
    return List.copyOf(keys);
  }
}
