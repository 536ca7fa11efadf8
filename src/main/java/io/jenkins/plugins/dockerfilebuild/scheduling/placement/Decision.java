package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import java.util.List;

/**
 * Where a step goes, and what else was looked at.
 *
 * @param candidates the best first: that is where it goes
 */
public record Decision(int step, double rankSeconds, List<Candidate> candidates) {

  public Decision {
    candidates = List.copyOf(candidates);
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException("a decision for nothing");
    }
  }

  /** Where the step goes. */
  public Candidate chosen() {
    return candidates.get(0);
  }

  /** Whether the step begins now; otherwise waiting for the chosen agent pays. */
  public boolean beginsNow() {
    return chosen().waitSeconds() == 0;
  }

  /**
   * An agent that was looked at.
   *
   * @param waitSeconds until a place is expected to be free there
   * @param shareSeconds that steps which run there already are taken to slow it down by
   */
  public record Candidate(
      String agent, double waitSeconds, Move move, double runSeconds, double shareSeconds) {

    /** Seconds from now until the step is expected to end there. */
    public double finishSeconds() {
      return waitSeconds + move.seconds() + runSeconds + shareSeconds;
    }
  }
}
