package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import java.util.Comparator;
import java.util.Set;

/**
 * A step that could begin now.
 *
 * @param id unique among the steps of one call
 * @param requires what an agent must offer: a platform, labels
 * @param rankSeconds expected time from the step's beginning to the end of the build along the
 *     longest way through the graph: the greater, the more urgent
 * @param runSeconds that the step itself is expected to run
 */
public record ReadyStep(
    int id, Set<String> requires, double rankSeconds, double runSeconds, Inputs inputs) {

  /** The critical path goes first; among equals, the order of the plan. */
  public static final Comparator<ReadyStep> URGENT_FIRST =
      Comparator.comparingDouble(ReadyStep::rankSeconds).reversed().thenComparingInt(ReadyStep::id);

  public ReadyStep {
    requires = Set.copyOf(requires);
  }
}
