package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.coordination.CoordinationException;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.End;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.Follower;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.Leader;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.Part;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.Request;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.Result;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedMount;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedOperation;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.plan.StepKey;
import java.util.Optional;

/**
 * Has a step that several builds need at once run once, by one of them; the others show its output
 * and take its result. A step that fails is run by each that needs it: what made it fail may be
 * another's secret, cache directory or agent. Thread-safe.
 */
final class SharedSteps {

  private final SingleFlight flights;
  private final String who;
  private final Place place;
  private final StepCache cache;
  private final StepReports reports;

  /** Where results lie that this build can use, and whose. */
  record Place(AgentPool pool, LostAgents lostAgents, Roots roots, ResultOwners owners) {

    Optional<Agent> holder(Result result) {
      return pool.agents().stream()
          .filter(agent -> agent.id().equals(result.agent()))
          .filter(agent -> lostAgents.holds(agent, result.imageId()))
          .findFirst();
    }

    Optional<Result> result(PlannedStep step, long durationMillis) {
      return roots
          .result(step.index())
          .image()
          .anyHolder()
          .map(held -> new Result(held.agent().id(), held.imageId(), durationMillis));
    }
  }

  /** Runs a step here. */
  @FunctionalInterface
  interface Own {
    StepEnd run() throws InterruptedException;
  }

  /**
   * @param who this build is, as others should read it
   */
  SharedSteps(SingleFlight flights, String who, Place place, StepCache cache, StepReports reports) {
    this.flights = flights;
    this.who = who;
    this.place = place;
    this.cache = cache;
    this.reports = reports;
  }

  /**
   * Brings up the step's result, here or by waiting for another build that is at it.
   *
   * @param own runs it here
   */
  StepEnd run(PlannedStep step, StepKey key, Own own) throws InterruptedException {
    Optional<Result> unusable = Optional.empty();
    while (cache.isUsed()) {
      Optional<Part> part = join(step, key, unusable);
      if (part.isEmpty()) {
        break;
      }
      if (part.get() instanceof Leader leader) {
        return lead(step, leader, own);
      }
      End end = follow(step, (Follower) part.get());
      if (end instanceof End.Alone) {
        break;
      }
      if (end instanceof End.Made made) {
        if (taken(step, key, made.result())) {
          return new StepEnd.There();
        }
        unusable = Optional.of(made.result());
      }
    }
    return own.run();
  }

  /** Empty where others cannot be reached, which must not keep the step from running. */
  private Optional<Part> join(PlannedStep step, StepKey key, Optional<Result> unusable) {
    try {
      return Optional.of(flights.join(new Request(place.owners.flight(step, key), who, unusable)));
    } catch (CoordinationException e) {
      return Optional.empty();
    }
  }

  private StepEnd lead(PlannedStep step, Leader leader, Own own) throws InterruptedException {
    Output output = new Output(leader, !usesSecrets(step));
    reports.relay(step, output);
    try (leader) {
      StepEnd end = own.run();
      if (end instanceof StepEnd.There) {
        place.result(step, output.millis()).ifPresent(leader::made);
      } else if (end instanceof StepEnd.Failed failed && !failed.infrastructure()) {
        leader.failed();
      }
      return end;
    } finally {
      reports.relayEnded(step);
    }
  }

  private End follow(PlannedStep step, Follower follower) throws InterruptedException {
    if (follower.isUnderWay()) {
      reports.notice(step, "runs already for " + follower.leader() + ": waits for its result");
    }
    try {
      End end = follower.await(new Shown(step));
      if (end instanceof End.Alone alone) {
        reports.notice(step, "runs here as well: " + alone.reason());
      }
      return end;
    } catch (CoordinationException e) {
      return new End.Alone(e.getMessage());
    }
  }

  private boolean taken(PlannedStep step, StepKey key, Result result) {
    Optional<Agent> holder = place.holder(result);
    holder.ifPresent(agent -> cache.take(step, key, agent, result));
    return holder.isPresent();
  }

  /** What a command makes of a secret may be in its output, where only its own build hides it. */
  private static boolean usesSecrets(PlannedStep step) {
    return step.operation() instanceof PlannedOperation.Run run
        && run.mounts().stream()
            .anyMatch(m -> m instanceof PlannedMount.Secret || m instanceof PlannedMount.Ssh);
  }

  /** Hands the output of a step that runs here to those who follow. */
  private static final class Output implements StepReports.Relay {

    private final Leader leader;
    private final boolean shown;
    private volatile long startNanos = System.nanoTime();

    private Output(Leader leader, boolean shown) {
      this.leader = leader;
      this.shown = shown;
    }

    @Override
    public void started() {
      startNanos = System.nanoTime();
      leader.begun();
    }

    @Override
    public void printed(String line, boolean error) {
      if (shown) {
        leader.printed(line, error);
      }
    }

    private long millis() {
      return (System.nanoTime() - startNanos) / 1_000_000;
    }
  }

  /** Shows the output of a step that another build runs. */
  private final class Shown implements SingleFlight.Listener {

    private final PlannedStep step;

    private Shown(PlannedStep step) {
      this.step = step;
    }

    @Override
    public void printed(String line, boolean error) {
      reports.printedElsewhere(step, line, error);
    }

    @Override
    public void leftOut(long lines) {
      reports.printedElsewhere(step, "(%d lines are not shown)".formatted(lines), false);
    }
  }
}
