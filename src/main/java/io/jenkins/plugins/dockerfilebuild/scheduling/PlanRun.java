package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.CriticalPath;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs the steps of a plan. From the target backwards it asks what is cached: the deepest hits win
 * and nothing above them is touched. What is left runs, each step as soon as what it needs is
 * there. One thread, the caller's, decides; steps run on worker threads and tell it how they ended.
 * A result that is lost on the way is made again.
 */
final class PlanRun {

  /** What a step may take to stop its container and clean up. */
  private static final long STOP_SECONDS = 60;

  /** How often the result of one step is made again. */
  private static final int REMAKES = 3;

  /** How far a step has come. */
  private enum State {
    /** Nothing has asked for it: a hit below it makes it unnecessary. */
    UNTOUCHED,
    /** Something it needs is not there yet. */
    WAITING,
    RUNNING,
    DONE
  }

  /** How one step ended, told by its worker to the deciding thread. */
  private record Completion(int step, StepEnd end) {}

  private final BuildPlan plan;
  private final StepCache cache;
  private final StepRuns stepRuns;
  private final StepReports reports;
  private final ExecutorService workers;

  private final State[] states;
  private final BlockingQueue<Completion> completions = new LinkedBlockingQueue<>();
  private int running;

  /** How often the result of a step was gone. */
  private final int[] timesGone;

  private boolean coveredTold;

  /**
   * @param workers are this run's own; it shuts them down if not all is there in the end
   */
  PlanRun(
      BuildPlan plan,
      StepCache cache,
      StepRuns stepRuns,
      StepReports reports,
      ExecutorService workers) {
    this.plan = plan;
    this.cache = cache;
    this.stepRuns = stepRuns;
    this.reports = reports;
    this.workers = workers;
    this.states = new State[plan.steps().size()];
    this.timesGone = new int[states.length];
    Arrays.fill(states, State.UNTOUCHED);
  }

  /**
   * Brings up the results of steps and of everything that they need; once more if {@link #forget}
   * was called since.
   *
   * @return how the first step that failed ended; empty when all is there
   * @throws InterruptedException the build was canceled, and what ran has stopped
   */
  Optional<StepEnd.Failed> run(List<Integer> wanted) throws InterruptedException {
    boolean allThere = false;
    try {
      demand(wanted);
      Optional<StepEnd.Failed> impossible = impossible();
      if (impossible.isPresent()) {
        return impossible;
      }
      startWhatIsReady();
      while (running > 0) {
        Completion completion = completions.take();
        running--;
        Optional<StepEnd.Failed> failure = ended(completion.step, completion.end);
        if (failure.isPresent()) {
          return failure;
        }
        startWhatIsReady();
      }
      allThere = true;
      return Optional.empty();
    } finally {
      if (!allThere) {
        stop();
      }
    }
  }

  private Optional<StepEnd.Failed> ended(int step, StepEnd end) throws InterruptedException {
    if (end instanceof StepEnd.Failed failed) {
      return Optional.of(failed);
    }
    if (end instanceof StepEnd.Canceled) {
      throw new InterruptedException("a step was canceled");
    }
    if (end instanceof StepEnd.Lacking lacking) {
      states[step] = State.WAITING;
      return forget(lacking.goneStep());
    }
    states[step] = State.DONE;
    plan.steps().stream()
        .filter(next -> states[next.index()] == State.WAITING && !isReady(next))
        .filter(next -> next.predecessors().contains(step))
        .forEach(next -> stepRuns.arrived(step, next));
    return Optional.empty();
  }

  /**
   * A result that was there is gone from every agent: the step is not done any more. To be followed
   * by {@link #run}.
   *
   * @return a failure if that has happened too often
   */
  Optional<StepEnd.Failed> forget(int step) {
    if (states[step] != State.DONE) {
      // Another step missed it too: it is on its way already.
      return Optional.empty();
    }
    if (++timesGone[step] > REMAKES) {
      return Optional.of(new StepEnd.Failed(step, -1, "its result was lost again and again", true));
    }
    reports.gone(plan.steps().get(step));
    states[step] = State.UNTOUCHED;
    demand(List.of(step));
    return Optional.empty();
  }

  /** A step that no agent can run is told before the others have run for nothing. */
  private Optional<StepEnd.Failed> impossible() {
    return plan.steps().stream()
        .filter(step -> states[step.index()] == State.WAITING)
        .flatMap(step -> stepRuns.impossible(step).stream())
        .findFirst();
  }

  /** Finds steps in the cache, or else demands what they need; deep chains must not recurse. */
  private void demand(List<Integer> wanted) {
    Deque<Integer> open = new ArrayDeque<>(wanted);
    while (!open.isEmpty()) {
      int index = open.pop();
      if (states[index] == State.UNTOUCHED) {
        PlannedStep step = plan.steps().get(index);
        boolean found = cache.find(step, cache.definitionKey(step));
        states[index] = found ? State.DONE : State.WAITING;
        if (!found) {
          step.predecessors().forEach(open::push);
        }
      }
    }
    tellWhatIsCovered();
  }

  private void tellWhatIsCovered() {
    if (!coveredTold) {
      coveredTold = true;
      plan.steps().stream()
          .filter(step -> states[step.index()] == State.UNTOUCHED)
          .forEach(cache::covered);
    }
  }

  /** The most urgent first, though the pool weighs all that wait for a place once more. */
  private void startWhatIsReady() {
    double[] ranks = ranks();
    plan.steps().stream()
        .filter(step -> states[step.index()] == State.WAITING && isReady(step))
        .sorted(Comparator.comparingDouble(step -> -ranks[step.index()]))
        .forEach(step -> start(step, ranks[step.index()]));
  }

  private void start(PlannedStep step, double rankSeconds) {
    states[step.index()] = State.RUNNING;
    running++;
    workers.execute(() -> work(step, rankSeconds));
  }

  /**
   * Whatever ends it is an end: {@link #run} would wait for ever for a step whose worker is gone.
   */
  private void work(PlannedStep step, double rankSeconds) {
    StepEnd end = new StepEnd.Failed(step.index(), -1, "its end could not be told", true);
    try {
      end = stepRuns.run(step, rankSeconds);
    } finally {
      completions.add(new Completion(step.index(), end));
    }
  }

  private double[] ranks() {
    return CriticalPath.ranks(
        states.length,
        index -> plan.steps().get(index).predecessors(),
        index -> stepRuns.expectedSeconds(plan.steps().get(index)),
        index -> states[index] == State.WAITING || states[index] == State.RUNNING);
  }

  private boolean isReady(PlannedStep step) {
    return step.predecessors().stream().allMatch(index -> states[index] == State.DONE);
  }

  /** Interrupts what runs, waits until it has cleaned up, and tells what never began. */
  private void stop() throws InterruptedException {
    workers.shutdownNow();
    // A call that was canceled leaves the thread interrupted, which could neither wait nor report.
    boolean interrupted = Thread.interrupted();
    if (!workers.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
      // Thrown, it would hide why the build ends.
      reports.notice("steps did not stop within " + STOP_SECONDS + " s of being told to");
    }
    plan.steps().stream()
        .filter(step -> states[step.index()] == State.WAITING)
        .forEach(step -> reports.notRun(step, Status.SKIPPED));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
