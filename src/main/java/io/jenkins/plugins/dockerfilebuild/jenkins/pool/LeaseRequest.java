package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import hudson.model.Computer;
import hudson.model.Label;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.AgentPool.Claim;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * What one step that waits asks of the queue: an executor of the agent on which it is to run, or
 * any of the pool where no agent has room, so that a cloud learns of it. Used by the step's thread;
 * others may ask {@link #inVain}.
 */
final class LeaseRequest {

  /** After this the user is told what a step waits for. */
  private static final double SILENCE_SECONDS = 15;

  /** A decision that another agent is better has to last: the queue forgets who was first. */
  private static final double STEADY_SECONDS = 1;

  /** An idle executor is given out within this time, or others keep it from being given out. */
  private static final double ANSWER_SECONDS = 3;

  private final LeasedAgents.Order order;
  private final Members members;
  private final Turn turn;
  private final Runnable changed;
  private final double begin = seconds();
  private boolean silent = true;
  private volatile Optional<Asked> asked = Optional.empty();

  /**
   * @param agent whose executor it must be; empty: any of the label
   */
  private record Asked(Lease lease, Optional<Agent> agent, Label label, double since) {}

  /**
   * @param changed called, from any thread, when the queue has answered
   */
  LeaseRequest(LeasedAgents.Order order, Members members, Turn turn, Runnable changed) {
    this.order = order;
    this.members = members;
    this.turn = turn;
    this.changed = changed;
  }

  Turn turn() {
    return turn;
  }

  /**
   * Asks, if that is not done yet or something else has been decided since.
   *
   * @return what the queue has given; it is the pool's from now on, and this asks again
   * @throws CancellationException somebody took the request out of the queue
   */
  Optional<Turns.Seat> renew(Turn.Wish wish) throws InterruptedException {
    Optional<Turns.Seat> given = given();
    if (given.isEmpty()) {
      asked.filter(one -> isOfNoUse(one, wish)).ifPresent(one -> close());
      if (asked.isEmpty() && wish.isAllowed()) {
        ask(wish.agent());
      }
      asked.ifPresent(this::tellWait);
    }
    return given;
  }

  private Optional<Turns.Seat> given() throws InterruptedException {
    Optional<Asked> waiting = asked;
    Optional<Computer> computer = waiting.flatMap(one -> one.lease.computer());
    if (computer.isEmpty()) {
      return Optional.empty();
    }
    Optional<Agent> agent = members.of(computer.get());
    if (agent.isEmpty()) {
      close();
      return Optional.empty();
    }
    asked = Optional.empty();
    return Optional.of(new LeasedSeat(agent.get(), waiting.orElseThrow().lease));
  }

  private boolean isOfNoUse(Asked one, Turn.Wish wish) {
    if (one.lease.isRefused()) {
      throw new CancellationException(
          "step " + turn.claim().step() + " was taken out of the queue");
    }
    boolean gone = one.agent.isPresent() && !members.isUsable(one.agent.get());
    boolean steady = seconds() - one.since > STEADY_SECONDS;
    return gone || !wish.isAllowed() || (steady && isElsewhere(one, wish.agent()));
  }

  /** Also where the label leaves out an agent that was of no use then, and has come back. */
  private boolean isElsewhere(Asked one, Optional<Agent> wanted) {
    return wanted
        .map(agent -> !members.isIn(agent, one.label))
        .orElseGet(() -> one.agent.isPresent());
  }

  private void ask(Optional<Agent> agent) {
    Label label =
        agent.map(members::labelOf).orElseGet(() -> members.labelOfAll(turn.claim()::fits));
    Lease lease = new Lease(changed);
    asked = Optional.of(new Asked(lease, agent, label, seconds()));
    lease.request(purpose(order, turn.claim()), label);
  }

  private static LeaseTask.Purpose purpose(LeasedAgents.Order order, Claim claim) {
    String instruction = claim.text().lines().findFirst().orElse("");
    String name = "Dockerfile step " + claim.step() + " " + instruction;
    return new LeaseTask.Purpose(order.run(), name, order.authentication());
  }

  private void tellWait(Asked one) {
    if (silent && seconds() - begin > SILENCE_SECONDS) {
      silent = false;
      int step = turn.claim().step();
      one.lease
          .waitsFor()
          .ifPresent(why -> order.told().accept("#" + step + " waits for an executor: " + why));
    }
  }

  /**
   * For how long this has waited for an agent whose executor seemed to be idle, in seconds; 0 if it
   * does not wait there, or not for long.
   */
  double inVain(Agent agent) {
    return asked
        .filter(one -> one.agent.filter(agent::equals).isPresent())
        .filter(one -> one.lease.computer().isEmpty())
        .map(one -> seconds() - one.since)
        .filter(waited -> waited > ANSWER_SECONDS)
        .orElse(0.0);
  }

  private static double seconds() {
    return System.nanoTime() / 1e9;
  }

  /** Leaves the queue, or gives back what it gave. */
  void close() {
    asked.ifPresent(one -> one.lease.release());
    asked = Optional.empty();
  }

  private final class LeasedSeat implements Turns.Seat {

    private final Agent agent;
    private final Lease lease;

    LeasedSeat(Agent agent, Lease lease) {
      this.agent = agent;
      this.lease = lease;
    }

    @Override
    public Agent agent() {
      return agent;
    }

    @Override
    public void serve(Turn other) {
      lease.serve(purpose(order, other.claim()), other.thread());
    }

    @Override
    public void giveBack() {
      lease.release();
    }
  }
}
