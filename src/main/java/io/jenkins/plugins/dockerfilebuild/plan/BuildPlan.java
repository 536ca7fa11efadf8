package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.dockerfile.ParserWarning;
import java.util.ArrayList;
import java.util.List;

/**
 * What has to be done for the requested stage. Immutable.
 *
 * @param steps each after all that it needs; a step's index is its place here
 * @param targets what the build yields: the requested stage for each platform, in the order asked
 * @param warnings found while planning, such as build arguments that nothing declares
 */
public record BuildPlan(
    List<PlannedStep> steps, List<Target> targets, List<ParserWarning> warnings) {

  /**
   * The requested stage for one platform.
   *
   * @param platform {@code os/architecture[/variant]}, as asked for
   */
  public record Target(String platform, StageResult result) {}

  public BuildPlan {
    steps = List.copyOf(steps);
    targets = List.copyOf(targets);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("a plan for nothing");
    }
    warnings = List.copyOf(warnings);
  }

  /** What the build yields for its first or only platform. */
  public StageResult target() {
    return targets.get(0).result();
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
