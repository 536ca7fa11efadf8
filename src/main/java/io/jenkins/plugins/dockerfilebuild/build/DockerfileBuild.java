package io.jenkins.plugins.dockerfilebuild.build;

import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSources;
import io.jenkins.plugins.dockerfilebuild.coordination.BuildHistory;
import io.jenkins.plugins.dockerfilebuild.coordination.InMemoryTransferRates;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.ParserWarning;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Result;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import io.jenkins.plugins.dockerfilebuild.plan.ImageNeed;
import io.jenkins.plugins.dockerfilebuild.plan.ImageReference;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.plan.Planner;
import io.jenkins.plugins.dockerfilebuild.plan.Planning;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.AgentPool;
import io.jenkins.plugins.dockerfilebuild.scheduling.BaseImages;
import io.jenkins.plugins.dockerfilebuild.scheduling.BuildSecrets;
import io.jenkins.plugins.dockerfilebuild.scheduling.ImagePush;
import io.jenkins.plugins.dockerfilebuild.scheduling.PlanExecution;
import io.jenkins.plugins.dockerfilebuild.scheduling.PlanExecution.Outcome;
import io.jenkins.plugins.dockerfilebuild.scheduling.Progress;
import io.jenkins.plugins.dockerfilebuild.scheduling.SharedCaches;
import io.jenkins.plugins.dockerfilebuild.scheduling.Slots;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Builds Dockerfiles on a pool of agents. {@link #run} is the whole program; each phase stands in a
 * room of its own. Thread-safe: builds may run side by side.
 */
public final class DockerfileBuild {

  private final Supplier<AgentPool> pools;
  private final PlanExecution.Memory memory;
  private final SharedCaches caches;
  private final RemoteSources sources;

  /**
   * @param agents at least one; the final image is made on the first
   */
  public DockerfileBuild(List<Agent> agents, BuildHistory history) {
    this(() -> new Slots(agents), history);
    if (agents.isEmpty()) {
      throw new IllegalArgumentException("a build needs an agent");
    }
  }

  /**
   * @param pools answers a pool of its own for each build
   */
  public DockerfileBuild(Supplier<AgentPool> pools, BuildHistory history) {
    this(pools, history, SharedCaches.inMemory());
  }

  /**
   * @param pools answers a pool of its own for each build
   * @param caches shared with all others that use the same agents
   */
  public DockerfileBuild(Supplier<AgentPool> pools, BuildHistory history, SharedCaches caches) {
    this(pools, new PlanExecution.Memory(history, new InMemoryTransferRates()), caches);
  }

  /**
   * @param pools answers a pool of its own for each build
   * @param memory of earlier builds
   * @param caches shared with all others that use the same agents
   */
  public DockerfileBuild(
      Supplier<AgentPool> pools, PlanExecution.Memory memory, SharedCaches caches) {
    this(pools, memory, caches, RemoteSources.NONE);
  }

  /**
   * @param pools answers a pool of its own for each build
   * @param memory of earlier builds
   * @param caches shared with all others that use the same agents
   * @param sources fetches what ADD takes from networks
   */
  public DockerfileBuild(
      Supplier<AgentPool> pools,
      PlanExecution.Memory memory,
      SharedCaches caches,
      RemoteSources sources) {
    this.pools = pools;
    this.memory = memory;
    this.caches = caches;
    this.sources = sources;
  }

  /**
   * Builds one image. The listener is told all that happens, the end included.
   *
   * @throws io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException the Dockerfile, or
   *     what is asked of it, is invalid
   * @throws io.jenkins.plugins.dockerfilebuild.content.ContextException the build context is not
   *     usable
   * @throws io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException a base image
   *     cannot be had
   * @throws io.jenkins.plugins.dockerfilebuild.execution.PushFailedException the image is built,
   *     but a registry does not take it
   * @throws OutputFailedException the image is built, but cannot be written where it is to go
   * @throws InterruptedException the build was canceled; nothing of it runs any more
   */
  public Outcome run(BuildRequest request, BuildListener listener) throws InterruptedException {
    Progress progress = new Progress(listener, System::nanoTime);
    try {
      AgentPool pool = pools.get();
      Dockerfile dockerfile = Dockerfile.parse(request.file(), request.dockerfile().toArray());
      BaseImages baseImages =
          new BaseImages(pool, request.pull(), request.destination().logins(), progress);
      BuildPlan plan = plan(dockerfile, request, baseImages);
      tell(dockerfile, plan, pool, progress);
      PlanExecution execution = new PlanExecution(pool, baseImages, memory, caches, progress);
      return finished(execution.run(plan, inputs(request, plan, progress)), progress);
    } catch (InterruptedException e) {
      finished(Result.CANCELED, Optional.empty(), Optional.of("canceled"), progress);
      throw e;
    } catch (CancellationException e) {
      // So ends a call to an agent whose caller is interrupted. It leaves the thread interrupted,
      // which then cannot write a report.
      Thread.interrupted();
      finished(Result.CANCELED, Optional.empty(), Optional.of("canceled"), progress);
      throw (InterruptedException) new InterruptedException("canceled").initCause(e);
    } catch (RuntimeException e) {
      finished(Result.FAILURE, Optional.empty(), Optional.of(problem(e)), progress);
      throw e;
    }
  }

  /**
   * Plans in rounds: base images may bring ONBUILD triggers that name further images, and which
   * URLs an ADD names is known when its variables are.
   */
  private BuildPlan plan(Dockerfile dockerfile, BuildRequest request, BaseImages baseImages)
      throws InterruptedException {
    Map<ImageReference, ImageDescription> known = new HashMap<>();
    Map<RemoteSource, RemoteContent> fetched = new HashMap<>();
    while (true) {
      Planning planning =
          Planner.plan(dockerfile, request.variants(), request.contexts(), known, fetched);
      if (planning instanceof Planning.Planned planned) {
        return planned.plan();
      }
      if (planning instanceof Planning.NeedsSources needed) {
        for (Map.Entry<RemoteSource, Integer> source : needed.sources().entrySet()) {
          fetched.put(source.getKey(), fetch(source.getKey(), request.file(), source.getValue()));
        }
        continue;
      }
      for (ImageNeed need : ((Planning.NeedsImages) planning).images()) {
        ImageReference image = need.image();
        known.put(image, baseImages.resolve(image.name(), image.platform()));
      }
    }
  }

  private RemoteContent fetch(RemoteSource source, String file, int line)
      throws InterruptedException {
    try {
      return sources.fetch(source);
    } catch (ContextException e) {
      throw new ContextException("%s:%d: %s".formatted(file, line, e.getMessage()), e);
    }
  }

  private static void tell(
      Dockerfile dockerfile, BuildPlan plan, AgentPool pool, Progress progress) {
    List<BuildEvent.Step> steps = plan.steps().stream().map(DockerfileBuild::told).toList();
    List<String> names = pool.agents().stream().map(Agent::name).toList();
    progress.tell(at -> new BuildEvent.Planned(at, dockerfile.file(), steps, names));
    for (Agent agent : pool.agents()) {
      progress.tell(at -> new BuildEvent.AgentJoined(at, agent.name(), agent.info().storage()));
    }
    Stream.of(dockerfile.warnings(), plan.warnings())
        .flatMap(List::stream)
        .map(warning -> text(dockerfile.file(), warning))
        .forEach(text -> progress.tell(at -> new BuildEvent.Notice(at, Optional.empty(), text)));
  }

  private static String text(String file, ParserWarning warning) {
    return warning.line() == 0
        ? warning.message()
        : "%s:%d: %s".formatted(file, warning.line(), warning.message());
  }

  private static BuildEvent.Step told(PlannedStep step) {
    PlannedStep.Place place = step.place();
    return new BuildEvent.Step(
        step.index(),
        place.stage(),
        place.stepInStage(),
        place.stepsInStage(),
        place.range().startLine(),
        place.range().endLine(),
        place.text(),
        step.surroundings().platform());
  }

  private static void deliver(
      Outcome.Built built, BuildRequest.Destination destination, Progress progress)
      throws InterruptedException {
    ImageExport export = new ImageExport(built, destination.tags(), progress);
    for (ImageOutput output : destination.outputs()) {
      export.write(output);
    }
    if (destination.push()) {
      ImagePush push = new ImagePush(built.images(), destination.logins(), progress);
      destination.tags().forEach(push::push);
    }
  }

  private PlanExecution.Inputs inputs(BuildRequest request, BuildPlan plan, Progress progress) {
    return new PlanExecution.Inputs(
        request.lineage(),
        !request.noCache(),
        new BuildFiles(plan, request.contexts(), sources),
        request.cachePolicy(),
        new BuildSecrets(request.secrets(), request.sshAgents()),
        request.destination().tags(),
        built -> deliver(built, request.destination(), progress));
  }

  private static Outcome finished(Outcome outcome, Progress progress) {
    if (outcome instanceof Outcome.Built built) {
      finished(Result.SUCCESS, Optional.of(built.imageId()), Optional.empty(), progress);
    } else if (outcome instanceof Outcome.Failed failed) {
      finished(Result.FAILURE, Optional.empty(), Optional.of(failed.message()), progress);
    }
    return outcome;
  }

  private static void finished(
      Result result, Optional<String> imageId, Optional<String> problem, Progress progress) {
    progress.tell(at -> new BuildEvent.Finished(at, result, imageId, problem));
  }

  private static String problem(RuntimeException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
