package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.TreeFiles;
import io.jenkins.plugins.dockerfilebuild.coordination.BuildHistory;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.StepImage;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import io.jenkins.plugins.dockerfilebuild.plan.RootFilesystem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Executes plans on a pool: what is cached is found, the rest runs, and the final image is made
 * where the user will look for it and delivered. Used for one build.
 */
public final class PlanExecution {

  private final AgentPool pool;
  private final BaseImages baseImages;
  private final Memory memory;
  private final SharedCaches caches;
  private final Progress progress;

  /** What is remembered from one build to the next. */
  public record Memory(BuildHistory history, TransferRates rates) {}

  /**
   * What one execution needs beside its plan.
   *
   * @param lineage says which earlier builds this one is compared with
   * @param useCache false with --no-cache
   * @param files of the trees that the plan has
   * @param cachePolicy what it may do with cache directories
   * @param delivery of the images; what it throws ends the build, a lost agent excepted
   */
  public record Inputs(
      String lineage,
      boolean useCache,
      TreeFiles files,
      CachePolicy cachePolicy,
      BuildSecrets secrets,
      List<String> tags,
      Delivery delivery) {

    /** The build as users of other builds should read it. */
    String name() {
      return "a build of " + lineage.lines().findFirst().orElse("a Dockerfile");
    }
  }

  public PlanExecution(
      AgentPool pool,
      BaseImages baseImages,
      Memory memory,
      SharedCaches caches,
      Progress progress) {
    this.pool = pool;
    this.baseImages = baseImages;
    this.memory = memory;
    this.caches = caches;
    this.progress = progress;
  }

  /**
   * Runs the plan to its end.
   *
   * @throws InterruptedException the build was canceled; nothing of it runs any more
   */
  public Outcome run(BuildPlan plan, Inputs inputs) throws InterruptedException {
    ExecutorService workers = Executors.newCachedThreadPool(Workers.named("step"));
    ExecutorService ahead = Executors.newCachedThreadPool(Workers.named("ahead"));
    try (CacheUses cacheUses = new CacheUses(caches, inputs.cachePolicy(), pool, progress)) {
      Parts parts = parts(inputs, ahead);
      try {
        return run(plan, inputs, parts, new Steps(workers, cacheUses));
      } catch (InterruptedException | CancellationException e) {
        cacheUses.canceled();
        throw e;
      } finally {
        parts.history.save(plan.steps());
        memory.rates.keep();
      }
    } finally {
      workers.shutdownNow();
      ahead.shutdownNow();
    }
  }

  /** What all parts of one execution know and use. */
  private record Parts(
      LostAgents lostAgents,
      SideBySide sideBySide,
      ImageMoves moves,
      Roots roots,
      StepHistory history,
      StepReports reports) {}

  private Parts parts(Inputs inputs, ExecutorService ahead) {
    LostAgents lostAgents = new LostAgents(pool, progress);
    SideBySide sideBySide = new SideBySide(ahead);
    ImageMoves moves = new ImageMoves(progress, memory.rates);
    return new Parts(
        lostAgents,
        sideBySide,
        moves,
        new Roots(baseImages, moves, lostAgents, sideBySide),
        new StepHistory(memory.history, inputs.lineage()),
        new StepReports(progress));
  }

  /** What steps run with. */
  private record Steps(ExecutorService workers, CacheUses cacheUses) {}

  private Outcome run(BuildPlan plan, Inputs inputs, Parts parts, Steps steps)
      throws InterruptedException {
    Roots roots = parts.roots;
    ResultOwners owners = ResultOwners.of(plan, inputs.cachePolicy());
    StepCache cache =
        new StepCache(
            plan.definitionKeys(),
            inputs.useCache() ? Optional.of(index(owners, parts)) : Optional.empty(),
            roots,
            parts.history,
            parts.reports);
    ContextMoves context = new ContextMoves(inputs.files(), memory.rates);
    MoveEstimates estimates = new MoveEstimates(roots, context, memory.rates, plan.steps());
    FileMoves files = new FileMoves(roots, estimates, parts.moves, parts.sideBySide);
    try (InputsAhead inputsAhead = new InputsAhead(files, estimates, pool, InputsAhead::pause)) {
      StepRuns.Session session =
          new StepRuns.Session(
              pool,
              parts.lostAgents,
              new StepRequests.Sources(roots, files, context, inputs.secrets()),
              steps.cacheUses,
              memory.rates,
              estimates,
              owners,
              shared(inputs, owners, parts, cache),
              inputsAhead);
      StepRuns runs = new StepRuns(session, roots, cache, parts.history, parts.reports);
      PlanRun run = new PlanRun(plan, cache, runs, parts.reports, steps.workers);
      return images(plan, run, new FinalImages(pool, roots, parts.lostAgents, progress), inputs);
    }
  }

  private SharedSteps shared(Inputs inputs, ResultOwners owners, Parts parts, StepCache cache) {
    return new SharedSteps(
        caches.coordination().flights(),
        inputs.name(),
        new SharedSteps.Place(pool, parts.lostAgents, parts.roots, owners),
        cache,
        parts.reports);
  }

  /** Has final images made and delivered; again if their files are lost while they are made. */
  private Outcome images(BuildPlan plan, PlanRun run, FinalImages images, Inputs inputs)
      throws InterruptedException {
    while (true) {
      Optional<StepEnd.Failed> failure = run.run(wanted(plan));
      if (failure.isEmpty()) {
        try {
          return images.deliver(plan, inputs.tags(), inputs.delivery());
        } catch (ResultGoneException e) {
          failure = run.forget(e.step());
        }
      }
      if (failure.isPresent()) {
        return failed(failure.get());
      }
    }
  }

  private static List<Integer> wanted(BuildPlan plan) {
    return plan.targets().stream()
        .map(target -> target.result().root())
        .filter(RootFilesystem.Result.class::isInstance)
        .map(root -> ((RootFilesystem.Result) root).step())
        .distinct()
        .toList();
  }

  /** All agents are asked at once: each answer takes the way there and back. */
  private ResultIndex index(ResultOwners owners, Parts parts) throws InterruptedException {
    List<Agent> agents = pool.agents();
    List<Map<String, StepImage>> answers =
        parts.sideBySide.all(agents.stream().map(PlanExecution::inventory).toList());
    Map<Agent, Map<String, StepImage>> inventories = new LinkedHashMap<>();
    for (int i = 0; i < agents.size(); i++) {
      inventories.put(agents.get(i), answers.get(i));
    }
    return new ResultIndex(inventories, owners, parts.lostAgents);
  }

  private static Callable<Map<String, StepImage>> inventory(Agent agent) {
    return () -> {
      try {
        return agent.services().inventory();
      } catch (AgentLostException e) {
        // It has no results to offer; that it is lost shows when a step wants to run there.
        return Map.of();
      }
    };
  }

  private static Outcome failed(StepEnd.Failed failure) {
    return new Outcome.Failed(
        failure.step(), failure.exitCode(), failure.message(), failure.infrastructure());
  }

  /** How an execution ended. */
  public sealed interface Outcome {

    /**
     * The image is there.
     *
     * @param images one for each platform, in the order asked for
     */
    record Built(List<BuiltImage> images) implements Outcome {
      public Built {
        images = List.copyOf(images);
      }

      /** Of the first or only image. */
      public String imageId() {
        return images.get(0).imageId();
      }

      /** Whose engine keeps the first or only image. */
      public Agent agent() {
        return images.get(0).agent();
      }
    }

    /**
     * A step failed.
     *
     * @param exitCode of its command, or -1
     * @param infrastructure whether agents or engines are at fault rather than the step
     */
    record Failed(int step, int exitCode, String message, boolean infrastructure)
        implements Outcome {}
  }
}
