package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.AgentPool.Claim;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Decision;
import java.util.Optional;

/**
 * A step from its claim to the end of its command. Written by {@link Turns} alone, and guarded as
 * that is.
 */
final class Turn {

  private final Claim claim;
  private final Thread thread = Thread.currentThread();

  /** Whether the build may run one more step, so that this one may ask for an executor. */
  private boolean mayAsk = false;

  /** What was decided last; empty where no agent has room, or none of those known can run it. */
  private Optional<Decision> decision = Optional.empty();

  /** Where it goes, or for whom it waits; present with the decision. */
  private Optional<Agent> agent = Optional.empty();

  private boolean begun = false;

  /** Empty as long as it waits, and on the build's own executor. */
  private Optional<Turns.Seat> seat = Optional.empty();

  /** On the clock of decisions. */
  private double expectedEnd = 0;

  Turn(Claim claim) {
    this.claim = claim;
  }

  Claim claim() {
    return claim;
  }

  /** Whose step it is. */
  Thread thread() {
    return thread;
  }

  /**
   * What the step may ask the queue for.
   *
   * @param isAllowed false where the build may not run one more step
   * @param agent where it goes; empty: any, as no known agent has room
   */
  record Wish(boolean isAllowed, Optional<Agent> agent) {}

  Wish wish() {
    return new Wish(mayAsk && !begun, agent);
  }

  boolean hasBegun() {
    return begun;
  }

  Optional<Decision> decision() {
    return decision;
  }

  Optional<Agent> agent() {
    return agent;
  }

  Optional<Turns.Seat> seat() {
    return seat;
  }

  boolean isAt(Turns.Room room) {
    return begun && agent.filter(room.agent()::equals).isPresent();
  }

  /** A step that is late is taken to need as long again as it is late. */
  double end(double now) {
    return expectedEnd >= now ? expectedEnd : now + (now - expectedEnd);
  }

  void undecided() {
    mayAsk = false;
    decision = Optional.empty();
    agent = Optional.empty();
  }

  void mayAsk() {
    mayAsk = true;
  }

  void decided(Decision made, Agent chosen) {
    decision = Optional.of(made);
    agent = Optional.of(chosen);
  }

  void begin(Optional<Turns.Seat> executor, double now) {
    begun = true;
    seat = executor;
    Decision.Candidate chosen = decision.orElseThrow().chosen();
    expectedEnd = now + chosen.move().seconds() + chosen.runSeconds();
  }
}
