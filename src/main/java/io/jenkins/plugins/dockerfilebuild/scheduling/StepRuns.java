package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.plan.Miss;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedOperation;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.plan.RecordedInputs;
import io.jenkins.plugins.dockerfilebuild.plan.StepKey;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.ReadyStep;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Brings up the results of steps that have all they need: found by content, or made by an agent
 * that gets what it lacks, and by another if the first is lost. Thread-safe.
 */
final class StepRuns {

  /** An agent lost under a step may be the step's doing; after so many it is taken to be. */
  private static final int ATTEMPTS = 3;

  private final Session session;
  private final AgentPool pool;
  private final LostAgents lostAgents;
  private final Roots roots;
  private final StepCache cache;
  private final StepHistory history;
  private final StepReports reports;

  /** What the steps of one build share. */
  record Session(
      AgentPool pool,
      LostAgents lostAgents,
      StepRequests.Sources sources,
      CacheUses caches,
      TransferRates rates,
      MoveEstimates estimates,
      ResultOwners owners,
      SharedSteps shared,
      InputsAhead ahead) {}

  StepRuns(
      Session session, Roots roots, StepCache cache, StepHistory history, StepReports reports) {
    this.session = session;
    this.pool = session.pool;
    this.lostAgents = session.lostAgents;
    this.roots = roots;
    this.cache = cache;
    this.history = history;
    this.reports = reports;
  }

  /**
   * Brings up a step's result; every failure is an end, none is thrown.
   *
   * @param rankSeconds how urgent it is
   */
  StepEnd run(PlannedStep step, double rankSeconds) {
    session.ahead.begins(step);
    try {
      StepKey key = cache.contentKey(step);
      boolean looked = key.equals(cache.definitionKey(step));
      return !looked && cache.find(step, key)
          ? new StepEnd.There()
          : session.shared.run(step, key, () -> execute(step, key, rankSeconds));
    } catch (InterruptedException | CancellationException e) {
      reports.notRun(step, Status.CANCELED);
      return new StepEnd.Canceled();
    } catch (ResultGoneException e) {
      return new StepEnd.Lacking(e.step());
    } catch (SourceNotFoundException | StepRefusedException | ContextException e) {
      return failed(step, e, false);
    } catch (RuntimeException e) {
      return failed(step, e, true);
    } catch (Error e) {
      // A class that is missing, or memory that is short, must not leave a step that never ends.
      return failed(step, new IllegalStateException(e.toString(), e), true);
    }
  }

  /** A result is there that a step needs, which waits for more. */
  void arrived(int result, PlannedStep waiting) {
    session.ahead.arrived(result, waiting);
  }

  /** What the step is expected to run. */
  double expectedSeconds(PlannedStep step) {
    return history.expectedSeconds(step);
  }

  private StepEnd execute(PlannedStep step, StepKey key, double rankSeconds)
      throws InterruptedException {
    RecordedInputs inputs = cache.inputs(step);
    Miss miss =
        cache.isUsed()
            ? history.explain(step, inputs)
            : new Miss(Miss.Cause.NO_CACHE, "the build was told to run every step");
    Optional<String> loss = Optional.empty();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (AgentPool.Place place = claim(step, rankSeconds, loss)) {
        session.ahead.placed(step);
        place.decision().ifPresent(reports::placed);
        StepReports.Execution execution = reports.started(step, place, key, miss);
        Optional<StepOutcome> outcome = attempt(step, key, place.agent(), execution);
        if (outcome.isEmpty()) {
          loss = Optional.of("images that the step needs are gone again and again");
        } else if (outcome.get() instanceof StepOutcome.Lost lost) {
          lostAgents.lose(place.agent(), Optional.of(step.index()), lost.reason());
          loss = Optional.of("agent " + place.agent() + " is lost: " + lost.reason());
        } else {
          return ended(step, key, inputs, execution, outcome.get());
        }
      }
    }
    throw new AgentLostException(loss.orElse("no agent"), null);
  }

  private AgentPool.Place claim(PlannedStep step, double rankSeconds, Optional<String> loss)
      throws InterruptedException {
    CacheMoveCost caches = session.caches.moveCost(step, roots, session.rates);
    ReadyStep wanted =
        new ReadyStep(
            step.index(),
            required(step),
            rankSeconds,
            history.expectedSeconds(step),
            session.estimates.of(step, caches));
    Consumer<String> told = message -> reports.waits(step, message);
    Consumer<Agent> standby = agent -> session.ahead.standsBy(step, agent);
    return pool.claim(new AgentPool.Claim(step.place().text(), wanted, told, standby))
        .orElseThrow(
            () ->
                new AgentLostException(
                    "no %sagent is left, and what was finished is cached%s"
                        .formatted(
                            loss.isPresent() ? "other " : "", loss.map(l -> ": " + l).orElse("")),
                    null));
  }

  /** Why no agent could run the step, if that is so. */
  Optional<StepEnd.Failed> impossible(PlannedStep step) {
    if (pool.mayOffer(required(step))) {
      return Optional.empty();
    }
    return Optional.of(
        new StepEnd.Failed(
            step.index(),
            -1,
            "line %d of the Dockerfile runs a command for %s, and no agent of the pool can: %s"
                .formatted(
                    step.place().range().startLine(),
                    step.surroundings().platform(),
                    PoolOffer.of(pool)),
            true));
  }

  /** Only commands need an agent of their platform: files can be copied anywhere. */
  static Set<String> required(PlannedStep step) {
    return step.operation() instanceof PlannedOperation.Run
        ? Set.of(step.surroundings().platform())
        : Set.of();
  }

  /**
   * Runs the step on one agent; being lost on the way there is being lost as well.
   *
   * @return empty if an image that the step needs was thought to be there and is gone
   */
  private Optional<StepOutcome> attempt(
      PlannedStep step, StepKey key, Agent agent, StepReports.Execution execution)
      throws InterruptedException {
    Map<String, String> labels = new HashMap<>(session.owners.labels(step));
    labels.put(StepLabels.KEY, key.toString());
    labels.put(StepLabels.DEFINITION, cache.definitionKey(step).toString());
    StepRequests requests = new StepRequests(session.sources, agent);
    try {
      StepOutcome outcome = run(step, labels, requests, execution);
      boolean commandRan = !(outcome instanceof StepOutcome.Failed failed && failed.exitCode() < 0);
      return commandRan || !requests.lacksAnImage() ? Optional.of(outcome) : Optional.empty();
    } catch (ImageUnavailableException e) {
      if (requests.lacksAnImage()) {
        return Optional.empty();
      }
      throw e;
    } catch (AgentLostException e) {
      return Optional.of(new StepOutcome.Lost(e.getMessage()));
    }
  }

  /** What the agent has pruned between being sent it and using it is sent again. */
  private StepOutcome run(
      PlannedStep step,
      Map<String, String> labels,
      StepRequests requests,
      StepReports.Execution execution)
      throws InterruptedException {
    for (int sending = 0; sending < ATTEMPTS; sending++) {
      // What was not true of the first is not believed of the second.
      Supplier<List<Tree>> earlier = sending == 0 ? () -> history.earlierTrees(step) : List::of;
      StepRequest request =
          requests.request(step, labels, earlier).withPlaceWanted(execution.placeIsWanted());
      execution.received(requests.bytesReceived());
      StepOutcome outcome = runWithCaches(step, request, execution);
      if (!(outcome instanceof StepOutcome.ContentMissing)) {
        return outcome;
      }
    }
    return new StepOutcome.Lost("it keeps losing the files that it is sent");
  }

  /**
   * Runs the step with its cache directories. What it wrote there counts however it ended, as long
   * as its agent is there to tell.
   */
  private StepOutcome runWithCaches(
      PlannedStep step, StepRequest request, StepReports.Execution execution)
      throws InterruptedException {
    Agent agent = execution.agent();
    PreparedCaches caches = session.caches.prepare(step.index(), request, agent);
    Runnable afterwards = caches::giveUp;
    try {
      execution.receivedMore(caches.bytesReceived());
      StepOutput output = session.sources.secrets().answering(execution, request);
      StepOutcome outcome = agent.services().run(caches.request(), output);
      afterwards = afterwards(outcome, caches);
      if (outcome instanceof StepOutcome.Failed) {
        execution.mounted(caches.reports());
      }
      return outcome instanceof StepOutcome.Succeeded succeeded
          ? new StepOutcome.Succeeded(succeeded.imageId(), caches.reports(succeeded.mounts()))
          : outcome;
    } finally {
      afterwards.run();
    }
  }

  /** What becomes of the directories; one that lacks its files has not taken them yet. */
  private static Runnable afterwards(StepOutcome outcome, PreparedCaches caches) {
    if (outcome instanceof StepOutcome.Lost) {
      return caches::giveUp;
    }
    return outcome instanceof StepOutcome.ContentMissing ? caches::neverBegun : caches::finish;
  }

  private StepEnd ended(
      PlannedStep step,
      StepKey key,
      RecordedInputs inputs,
      StepReports.Execution execution,
      StepOutcome outcome)
      throws InterruptedException {
    if (outcome instanceof StepOutcome.Succeeded succeeded) {
      Agent agent = execution.agent();
      roots.put(step.index(), new StepResult(key, new Located(agent, succeeded.imageId())));
      history.ran(step, key, inputs, execution.runMillis());
      execution.succeeded(succeeded.mounts());
      return new StepEnd.There();
    }
    if (outcome instanceof StepOutcome.Failed failed) {
      execution.failed(failed);
      return new StepEnd.Failed(step.index(), failed.exitCode(), failed.message(), false);
    }
    throw new InterruptedException("canceled");
  }

  private StepEnd failed(PlannedStep step, RuntimeException problem, boolean infrastructure) {
    String message = String.valueOf(problem.getMessage());
    reports.failed(step, message);
    return new StepEnd.Failed(step.index(), -1, message, infrastructure);
  }
}
