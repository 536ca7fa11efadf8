package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Failure;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.plan.Miss;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.plan.StepKey;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Decision;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Tells what becomes of each step; a step that began is told to have ended. Thread-safe. */
final class StepReports {

  private final Progress progress;

  /** The last attempt at each step. */
  private final Map<Integer, Execution> executions = new ConcurrentHashMap<>();

  /** Who is told the same of a step's output, by step. */
  private final Map<Integer, Relay> relays = new ConcurrentHashMap<>();

  StepReports(Progress progress) {
    this.progress = progress;
  }

  /** Is told that a step runs, and what it prints. */
  interface Relay {

    void started();

    void printed(String line, boolean error);
  }

  /** Tells another of the step, until {@link #relayEnded}. */
  void relay(PlannedStep step, Relay relay) {
    relays.put(step.index(), relay);
  }

  void relayEnded(PlannedStep step) {
    relays.remove(step.index());
  }

  /** A line that the step prints where another build runs it. */
  void printedElsewhere(PlannedStep step, String line, boolean error) {
    progress.tell(at -> new BuildEvent.StepPrinted(at, step.index(), line, error));
  }

  /** One line about the build. */
  void notice(String message) {
    progress.tell(at -> new BuildEvent.Notice(at, Optional.empty(), message));
  }

  /** One line about the step. */
  void notice(PlannedStep step, String message) {
    progress.tell(at -> new BuildEvent.Notice(at, Optional.of(step.index()), message));
  }

  /** The step's result was found; {@code savedMillis} is what making it took. */
  void cached(PlannedStep step, StepKey key, Optional<Agent> agent, long savedMillis) {
    progress.tell(
        at ->
            new BuildEvent.StepFinished(
                at,
                step.index(),
                Status.CACHED,
                agent.map(Agent::name),
                key.toString(),
                0,
                savedMillis,
                Optional.empty(),
                List.of(),
                0,
                Optional.empty()));
  }

  /** The step is ready, but others have the places where it could run. */
  void waits(PlannedStep step, String message) {
    progress.tell(at -> new BuildEvent.Notice(at, Optional.of(step.index()), message));
  }

  /** It was decided where the step goes. */
  void placed(Decision decision) {
    List<BuildEvent.Candidate> candidates =
        decision.candidates().stream().map(StepReports::told).toList();
    long rank = millis(decision.rankSeconds());
    progress.tell(at -> new BuildEvent.StepPlaced(at, decision.step(), rank, candidates));
  }

  private static BuildEvent.Candidate told(Decision.Candidate candidate) {
    return new BuildEvent.Candidate(
        candidate.agent(),
        millis(candidate.waitSeconds()),
        candidate.move().bytes(),
        millis(candidate.move().seconds()),
        millis(candidate.runSeconds()),
        millis(candidate.finishSeconds()));
  }

  private static long millis(double seconds) {
    return Math.round(seconds * 1e3);
  }

  /** The step begins on an agent. */
  Execution started(PlannedStep step, AgentPool.Place place, StepKey key, Miss miss) {
    Agent agent = place.agent();
    progress.tell(
        at ->
            new BuildEvent.StepStarted(
                at, step.index(), agent.name(), key.toString(), Optional.of(miss)));
    Execution execution =
        new Execution(step.index(), Optional.of(place), key.toString(), Optional.of(miss));
    executions.put(step.index(), execution);
    Optional.ofNullable(relays.get(step.index())).ifPresent(Relay::started);
    return execution;
  }

  /** The step's result, which was there, is gone and will be made again. */
  void gone(PlannedStep step) {
    notice(step, "its result is gone from every agent and is made again");
  }

  /** The step failed without an answer of the agent's. */
  void failed(PlannedStep step, String message) {
    execution(step).failed(new StepOutcome.Failed(-1, message));
  }

  /** The step was stopped, or never began. */
  void notRun(PlannedStep step, Status status) {
    execution(step).end(status, Optional.empty());
  }

  private Execution execution(PlannedStep step) {
    return executions.getOrDefault(
        step.index(), new Execution(step.index(), Optional.empty(), "", Optional.empty()));
  }

  /** One attempt at a step. Used by one thread. */
  final class Execution implements StepOutput {

    private final int step;
    private final Optional<AgentPool.Place> place;
    private final String key;
    private final Optional<Miss> miss;
    private final long startMillis = progress.millis();
    private List<MountReport> mounts = List.of();
    private long bytesReceived;

    /** When all that the step needs was there. */
    private long readyMillis = startMillis;

    private Execution(int step, Optional<AgentPool.Place> place, String key, Optional<Miss> miss) {
      this.step = step;
      this.place = place;
      this.key = key;
      this.miss = miss;
    }

    Agent agent() {
      return place.orElseThrow().agent();
    }

    /** Whether other steps wait for places. */
    boolean placeIsWanted() {
      return place.orElseThrow().isWanted();
    }

    /** What the step has taken so far, without bringing what it needs to its agent. */
    long runMillis() {
      return progress.millis() - readyMillis;
    }

    @Override
    public void commandEnded() {
      place.ifPresent(AgentPool.Place::commandEnded);
    }

    @Override
    public void line(String line, boolean error) {
      progress.tell(at -> new BuildEvent.StepPrinted(at, step, line, error));
      Optional.ofNullable(relays.get(step)).ifPresent(relay -> relay.printed(line, error));
    }

    void received(long bytes) {
      bytesReceived = bytes;
      readyMillis = progress.millis();
    }

    void receivedMore(long bytes) {
      bytesReceived += bytes;
      readyMillis = progress.millis();
    }

    void succeeded(List<MountReport> found) {
      mounts = List.copyOf(found);
      end(Status.EXECUTED, Optional.empty());
    }

    /** What is known of the mounts of a step that failed. */
    void mounted(List<MountReport> found) {
      mounts = List.copyOf(found);
    }

    void failed(StepOutcome.Failed failure) {
      end(Status.FAILED, Optional.of(new Failure(failure.exitCode(), failure.message())));
    }

    private void end(Status status, Optional<Failure> failure) {
      progress.tell(
          at ->
              new BuildEvent.StepFinished(
                  at,
                  step,
                  status,
                  place.map(held -> held.agent().name()),
                  key,
                  at - startMillis,
                  0,
                  miss,
                  mounts,
                  bytesReceived,
                  failure));
    }
  }
}
