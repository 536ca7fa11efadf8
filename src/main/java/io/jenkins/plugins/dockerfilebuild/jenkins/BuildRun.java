package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Label;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.dockerfilebuild.build.BuildRequest;
import io.jenkins.plugins.dockerfilebuild.build.DockerfileBuild;
import io.jenkins.plugins.dockerfilebuild.build.OutputFailedException;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.coordination.FileBuildHistory;
import io.jenkins.plugins.dockerfilebuild.coordination.FileTransferRates;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException;
import io.jenkins.plugins.dockerfilebuild.execution.PushFailedException;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.jenkins.administration.DockerfileBuildGlobalConfiguration;
import io.jenkins.plugins.dockerfilebuild.jenkins.administration.PoolCaches;
import io.jenkins.plugins.dockerfilebuild.jenkins.cluster.PoolCoordination;
import io.jenkins.plugins.dockerfilebuild.jenkins.cluster.Vault;
import io.jenkins.plugins.dockerfilebuild.jenkins.pool.LeasedAgents;
import io.jenkins.plugins.dockerfilebuild.jenkins.results.BuildRecord;
import io.jenkins.plugins.dockerfilebuild.jenkins.results.DockerfileBuildAction;
import io.jenkins.plugins.dockerfilebuild.jenkins.ssh.SshCredentials;
import io.jenkins.plugins.dockerfilebuild.plan.BuildContexts;
import io.jenkins.plugins.dockerfilebuild.plan.BuildOptions;
import io.jenkins.plugins.dockerfilebuild.report.PlainConsole;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.CacheHolder;
import io.jenkins.plugins.dockerfilebuild.scheduling.PlanExecution;
import io.jenkins.plugins.dockerfilebuild.scheduling.PlanExecution.Outcome;
import io.jenkins.plugins.dockerfilebuild.scheduling.SharedCaches;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;

/** One build of a job: the one place where Jenkins meets the engine. Used once, by one thread. */
final class BuildRun {

  private final Place place;

  /**
   * Where the build takes place.
   *
   * @param authentication that the job runs with
   * @param resumable whether a restart of the controller begins the build again
   */
  record Place(
      Run<?, ?> run,
      FilePath workspace,
      TaskListener listener,
      Authentication authentication,
      boolean resumable) {

    /** A controller that shuts down cuts off its agents, which is no news of the build. */
    boolean isPaused() {
      return resumable && Shutdown.isUnderWay();
    }
  }

  BuildRun(Place place) {
    this.place = place;
  }

  /**
   * Builds the image.
   *
   * @return what a Pipeline may read of the result: plain values by name
   * @throws AbortException it failed, and the console says why
   * @throws InterruptedException it was canceled; nothing of it runs any more
   */
  Map<String, Object> run(DockerfileBuildConfiguration configuration)
      throws InterruptedException, IOException {
    BuildRecord record = DockerfileBuildAction.of(place.run).begin(configuration.dockerfileName());
    try (WorkspaceContexts contexts = WorkspaceContexts.open(workspace(), configuration)) {
      Outcome outcome = build(configuration, contexts, record);
      if (outcome instanceof Outcome.Failed failed) {
        throw new AbortException("The Dockerfile could not be built: " + failed.message());
      }
      return record.end(configuration.image().tags());
    } catch (DockerfileException
        | ContextException
        | ImageUnavailableException
        | PushFailedException
        | OutputFailedException
        | AgentLostException e) {
      record.failed(String.valueOf(e.getMessage()));
      throw new AbortException(e.getMessage());
    } catch (IOException e) {
      record.failed(String.valueOf(e.getMessage()));
      throw e;
    } catch (InterruptedException e) {
      record.canceled();
      throw e;
    } catch (CancellationException e) {
      record.canceled();
      throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
    } finally {
      if (!place.isPaused()) {
        record.end(configuration.image().tags());
      }
    }
  }

  private Workspace workspace() {
    return new Workspace(place.workspace);
  }

  /** What is known before an agent of the pool is asked. */
  private record Prepared(
      DockerfileBuildConfiguration configuration,
      BuildContexts contexts,
      Bytes dockerfile,
      Trust trust,
      BuildCredentials credentials,
      Map<String, Bytes> secrets) {}

  private Outcome build(
      DockerfileBuildConfiguration configuration, WorkspaceContexts contexts, BuildRecord record)
      throws InterruptedException, IOException {
    Prepared prepared = prepare(configuration, contexts);
    try (LeasedAgents pool = pool(configuration);
        PoolCoordination.Use shared = coordination()) {
      pool.awaitFirst();
      DockerfileBuild build =
          new DockerfileBuild(
              () -> pool,
              memory(),
              caches(shared),
              prepared.trust.sources(contexts.main().sources()));
      BuildListener told = told(prepared, record);
      prepared
          .trust
          .notice()
          .ifPresent(why -> told.on(new BuildEvent.Notice(0, Optional.empty(), why)));
      Outcome outcome = build.run(request(prepared, pool), told);
      PoolCaches.get()
          .keepLimit(pool.agents().stream().map(Agent::name).collect(Collectors.toSet()));
      return outcome;
    }
  }

  /** An invalid file is the user's first concern. */
  private Prepared prepare(DockerfileBuildConfiguration configuration, WorkspaceContexts contexts)
      throws InterruptedException, IOException {
    Bytes dockerfile = contexts.main().dockerfile();
    check(Dockerfile.parse(configuration.dockerfileName(), dockerfile.toArray()), configuration);
    BuildCredentials credentials = new BuildCredentials(place.run);
    return new Prepared(
        configuration,
        contexts.all(),
        dockerfile,
        Trust.of(place.run, place.listener),
        credentials,
        credentials.secrets(configuration.secrets()));
  }

  private BuildListener told(Prepared prepared, BuildRecord record) {
    List<String> lines = prepared.dockerfile.asUtf8().lines().toList();
    PlainConsole console = new PlainConsole(lines, place.listener.getLogger()::println);
    return new SecretMask(prepared.credentials.confidential())
        .before(
            event -> {
              if (!place.isPaused()) {
                record.on(event);
                console.on(event);
              }
            });
  }

  private BuildRequest request(Prepared prepared, LeasedAgents pool)
      throws InterruptedException, IOException {
    DockerfileBuildConfiguration configuration = prepared.configuration;
    BuildOptions options = options(configuration, pool, prepared.trust);
    return new BuildRequest(
        configuration.dockerfileName(),
        prepared.dockerfile,
        prepared.contexts,
        options,
        configuration.image().platformsOr(options.platform()),
        configuration.noCache(),
        configuration.pull(),
        prepared.trust.policy(configuration),
        prepared.secrets,
        SshCredentials.agents(place.run, configuration.ssh()),
        new BuildRequest.Destination(
            configuration.image().tags(),
            configuration.image().push(),
            prepared.credentials.logins(configuration.registries()),
            workspace().outputs(configuration)));
  }

  /** With the vault; without it where that cannot be used, which the user is told. */
  private SharedCaches caches(PoolCoordination.Use shared) throws InterruptedException {
    Optional<CacheHolder> vault = Optional.empty();
    try {
      vault = Vault.get().in(DockerfileBuildGlobalConfiguration.get().getVault());
    } catch (IOException e) {
      place.listener.getLogger().println("without the vault: " + e.getMessage());
    }
    return new SharedCaches(shared.caches().coordination(), vault);
  }

  private PoolCoordination.Use coordination() {
    PoolCoordination.Use shared =
        PoolCoordination.get().use(DockerfileBuildGlobalConfiguration.get().getCluster());
    shared
        .problem()
        .ifPresent(
            problem -> place.listener.getLogger().println("without the cluster: " + problem));
    return shared;
  }

  /** Without {@code failOnCheck} the build tells its warnings. */
  private void check(Dockerfile dockerfile, DockerfileBuildConfiguration configuration)
      throws AbortException {
    if (configuration.failOnCheck() && !dockerfile.warnings().isEmpty()) {
      dockerfile
          .warnings()
          .forEach(warning -> place.listener.getLogger().println("warning: " + warning.message()));
      throw new AbortException("The Dockerfile has warnings, and failOnCheck is set");
    }
  }

  private LeasedAgents pool(DockerfileBuildConfiguration configuration)
      throws InterruptedException, IOException {
    return LeasedAgents.open(
        new LeasedAgents.Order(
            place.run,
            place.workspace.toComputer(),
            label(configuration),
            configuration.parallelism(),
            place.authentication,
            place.listener.getLogger()::println));
  }

  /** Without a label, the pool is the agent that holds the workspace alone. */
  private Label label(DockerfileBuildConfiguration configuration) throws AbortException {
    if (configuration.agents().isEmpty()) {
      return workspace().node().getSelfLabel();
    }
    try {
      return Label.parseExpression(configuration.agents());
    } catch (IllegalArgumentException e) {
      throw new AbortException(
          "agents: \""
              + configuration.agents()
              + "\" is not a label expression: "
              + e.getMessage());
    }
  }

  private BuildOptions options(
      DockerfileBuildConfiguration configuration, LeasedAgents pool, Trust trust)
      throws AbortException {
    Platform ofAgents = Platform.parse(pool.agents().get(0).info().platform());
    DockerfileBuildConfiguration.Image image = configuration.image();
    return new BuildOptions(
        image.target(),
        image.buildArguments(),
        image.platforms().stream().findFirst(),
        ofAgents,
        image.labels(),
        trust.namespace(configuration),
        DockerfileBuildGlobalConfiguration.get().entitlements());
  }

  /** The job's history; what links carry is the same for all jobs. */
  private PlanExecution.Memory memory() throws IOException {
    Path folder = place.run.getParent().getRootDir().toPath().resolve("dockerfile-build/history");
    Path rates = Jenkins.get().getRootDir().toPath().resolve("caches/dockerfile-build");
    return new PlanExecution.Memory(new FileBuildHistory(folder), new FileTransferRates(rates));
  }
}
