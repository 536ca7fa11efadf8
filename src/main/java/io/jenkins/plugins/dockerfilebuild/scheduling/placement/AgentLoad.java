package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import java.util.List;
import java.util.Set;

/**
 * An agent at one moment.
 *
 * @param name unique in the pool
 * @param offers what steps may require of it: its platforms, its labels
 * @param capacity steps at once
 * @param ends when each step that runs there is expected to end: seconds on the clock of the caller
 */
public record AgentLoad(String name, Set<String> offers, int capacity, List<Double> ends) {

  public AgentLoad {
    offers = Set.copyOf(offers);
    ends = List.copyOf(ends);
  }

  /** The same agent with other steps running. */
  public AgentLoad running(List<Double> others) {
    return new AgentLoad(name, offers, capacity, others);
  }

  /** How many steps could begin at once. */
  int freePlaces() {
    return Math.max(0, capacity - ends.size());
  }

  /** When the first of the steps that run is expected to end; never if none runs. */
  double firstEnd() {
    double first = Double.POSITIVE_INFINITY;
    for (double end : ends) {
      first = Math.min(first, end);
    }
    return first;
  }

  /** Steps that run, as a part of those that could. */
  double load() {
    return (double) ends.size() / capacity;
  }
}
