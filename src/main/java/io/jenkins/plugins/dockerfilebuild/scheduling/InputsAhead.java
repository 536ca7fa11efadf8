package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.plan.PlannedSource;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.plan.RootFilesystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Gets ready what a step needs while it waits. While it waits for the last of its inputs: asks what
 * the files hold that it takes from results, which its key needs, and brings these results to the
 * agent that lacks least of all that is there of its inputs, of equals to the first of the pool.
 * What has come makes that agent lack less, so the next goes there too, which it would not if
 * measured speeds decided. Placement weighs later what lies where, so that is mostly where the step
 * runs; where it is not, some bytes have moved in vain. While it waits for a place: brings its
 * inputs where it stands by ({@link
 * io.jenkins.plugins.dockerfilebuild.scheduling.placement.Standbys}).
 *
 * <p>Whatever goes wrong here is left to the step itself. Thread-safe.
 */
final class InputsAhead implements AutoCloseable {

  /**
   * Where a pool is shared, others take places that a step was likely to get. It would be brought
   * from agent to agent without end: so only where it waits in a queue, and where it is sooner.
   */
  private static final int STANDBYS = 2;

  /** Beside steps that run, so few that these notice little. */
  private static final int AT_ONCE = 2;

  /**
   * Where a step has ended another begins, whose container an engine starts later that reads and
   * sends images meanwhile: steps there were seen to take up to 0.4 s longer. After this time it
   * runs.
   */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Roots roots;
  private final FileMoves files;
  private final MoveEstimates estimates;
  private final AgentPool pool;

  /** Steps that have all their inputs. */
  private final Set<Integer> begun = ConcurrentHashMap.newKeySet();

  /** Steps that stood by since they began to wait for a place, and still wait for it. */
  private final Map<Integer, Wait> waits = new ConcurrentHashMap<>();

  private final ExecutorService threads =
      Executors.newFixedThreadPool(AT_ONCE, Workers.named("inputs"));

  /** As many as agents have a step that stands by. */
  private final ExecutorService standbys = Executors.newCachedThreadPool(Workers.named("standby"));

  /** {@link #threads}, after a pause. */
  private final Executor later;

  /** One wait of a step for a place. */
  private static final class Wait {

    private final Set<Agent> agents = new HashSet<>();
    private volatile boolean over;

    /** Whether the inputs are to come to one more agent. */
    synchronized boolean standsBy(Agent agent) {
      return agents.size() < STANDBYS && agents.add(agent);
    }
  }

  /**
   * @param pause executes on some threads, but not at once, what is done for an input that has
   *     come: {@link #pause}, but in tests
   */
  InputsAhead(
      FileMoves files, MoveEstimates estimates, AgentPool pool, UnaryOperator<Executor> pause) {
    this.roots = files.roots();
    this.files = files;
    this.estimates = estimates;
    this.pool = pool;
    this.later = pause.apply(threads);
  }

  /** Executes on these threads, {@link #PAUSE} later. */
  static Executor pause(Executor threads) {
    return CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS, threads);
  }

  /**
   * A result is there.
   *
   * @param waiting a step that needs it, and more
   */
  void arrived(int result, PlannedStep waiting) {
    waiting.inputs().deferredSources().stream()
        .filter(source -> isResult(source.root(), result))
        .forEach(source -> later(waiting, () -> roots.contentOf(source)));
    later(waiting, () -> bring(waiting));
  }

  private static boolean isResult(RootFilesystem root, int step) {
    return root instanceof RootFilesystem.Result made && made.step() == step;
  }

  /** A task keeps to itself what goes wrong in it. */
  private void later(PlannedStep waiting, Callable<?> task) {
    later.execute(
        new FutureTask<Object>(() -> begun.contains(waiting.index()) ? waiting : task.call()));
  }

  /** The step has all that it needs, and sees to the rest itself. */
  void begins(PlannedStep step) {
    begun.add(step.index());
  }

  /**
   * A step that has all its inputs waits for the next place of an agent.
   *
   * @param agent where they are brought, unless the step has a place before
   */
  void standsBy(PlannedStep step, Agent agent) {
    Wait wait = waits.computeIfAbsent(step.index(), index -> new Wait());
    if (pool.receivers().contains(agent) && wait.standsBy(agent)) {
      standbys.execute(
          new FutureTask<Object>(
              () -> {
                bring(step, agent, () -> wait.over);
                return step;
              }));
    }
  }

  /** The step has a place, and sees to what is not there yet, until it waits for another place. */
  void placed(PlannedStep step) {
    Optional.ofNullable(waits.remove(step.index())).ifPresent(wait -> wait.over = true);
  }

  private int bring(PlannedStep waiting) throws InterruptedException {
    List<RootFilesystem> there = there(waiting);
    there.forEach(roots::learnSize);
    Optional<Agent> home =
        pool.receivers().stream()
            .filter(agent -> agent.offers().containsAll(StepRuns.required(waiting)))
            .min(Comparator.comparingLong(agent -> estimates.bytes(there, agent.name())));
    if (home.isPresent()) {
      bring(waiting, home.get(), () -> begun.contains(waiting.index()));
    }
    return there.size();
  }

  /** One after the other, until the step sees to itself. */
  private void bring(PlannedStep step, Agent home, BooleanSupplier selfReliant)
      throws InterruptedException {
    StepRoots needed = StepRoots.of(step);
    for (RootFilesystem root : needed.whole()) {
      if (isThere(root) && !selfReliant.getAsBoolean()) {
        roots.bring(root, home);
      }
    }
    for (PlannedSource.Files source : needed.files()) {
      if (isThere(source.root()) && !selfReliant.getAsBoolean()) {
        files.bring(source, home);
      }
    }
  }

  private boolean isThere(RootFilesystem root) {
    return roots.locateIfKnown(root).isPresent();
  }

  /** The inputs of a step that lie somewhere by now. */
  private List<RootFilesystem> there(PlannedStep step) {
    List<RootFilesystem> all = new ArrayList<>(List.of(step.parent()));
    step.dependencies().forEach(source -> all.add(new RootFilesystem.Result(source)));
    return all.stream().filter(this::isThere).toList();
  }

  /** What is under way stops. */
  @Override
  public void close() {
    threads.shutdownNow();
    standbys.shutdownNow();
  }
}
