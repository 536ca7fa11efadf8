package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.build.BuildRequest;
import io.jenkins.plugins.dockerfilebuild.build.DockerfileBuild;
import io.jenkins.plugins.dockerfilebuild.coordination.BuildHistory;
import io.jenkins.plugins.dockerfilebuild.coordination.FileBuildHistory;
import io.jenkins.plugins.dockerfilebuild.coordination.FileTransferRates;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.docker.DockerAgent;
import io.jenkins.plugins.dockerfilebuild.execution.docker.StorageLimits;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.plan.BuildOptions;
import io.jenkins.plugins.dockerfilebuild.remote.NetworkSources;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.AgentPool;
import io.jenkins.plugins.dockerfilebuild.scheduling.PlanExecution.Memory;
import io.jenkins.plugins.dockerfilebuild.scheduling.PlanExecution.Outcome;
import io.jenkins.plugins.dockerfilebuild.scheduling.SharedCaches;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The one place where the command line meets the engine and its adapters. */
final class Wiring {

  private Wiring() {}

  /** Lets a second processor load what {@link #connect} needs while the command line is read. */
  static void prepare() {
    Thread thread = new Thread(DockerAgent::prepare, "prepare");
    thread.setDaemon(true);
    thread.start();
  }

  /** Connects the agents that the user names. */
  static Pool connect(PoolChoice choice) {
    if (choice instanceof PoolChoice.Joined joined) {
      return JoinedPool.open(joined);
    }
    PoolChoice.Engines engines = (PoolChoice.Engines) choice;
    return Pool.ofEngines(agent -> connect(agent, engines.state()), engines.agents());
  }

  /** Connects an engine. */
  static AgentServices connect(AgentOption agent, Path state) {
    Optional<StorageLimits> limits =
        agent.keepBytes().isPresent()
            ? Optional.of(StorageLimits.of(agent.keepBytes().getAsLong()))
            : Optional.empty();
    return DockerAgent.connect(agent.dockerHost(), state, limits);
  }

  /**
   * Builds on connected agents.
   *
   * @throws InterruptedException the build was canceled; nothing of it runs any more
   */
  static Outcome build(BuildSettings settings, Pool pool, BuildListener listener)
      throws InterruptedException {
    try (ContextFiles contexts = new ContextFiles(settings);
        VaultOption.Opened vault = vault(settings);
        NetworkSources sources =
            NetworkSources.below(settings.state().resolve("remote"), settings.environment())) {
      BuildOptions options = options(settings, pool.agents());
      BuildRequest request =
          new BuildRequest(
              settings.dockerfile().name(),
              settings.dockerfile().content(),
              contexts.open(),
              options,
              settings.platforms().isEmpty() ? List.of(options.platform()) : settings.platforms(),
              settings.noCache(),
              settings.pull(),
              settings.cachePolicy(),
              settings.secrets(),
              settings.sshAgents(),
              settings.destination());
      Memory memory = new Memory(history(settings), new FileTransferRates(settings.state()));
      SharedCaches caches = new SharedCaches(pool.coordination(), vault.holder());
      Supplier<AgentPool> places = () -> pool.forBuild(name(settings), List.of());
      return new DockerfileBuild(places, memory, caches, sources).run(request, listener);
    }
  }

  /** The image is for the platform of the first agent unless the user asks for another. */
  private static BuildOptions options(BuildSettings settings, List<Agent> agents) {
    Platform ofAgents = Platform.parse(agents.get(0).info().platform());
    return new BuildOptions(
        settings.target(),
        settings.buildArguments(),
        settings.platforms().stream().findFirst(),
        ofAgents,
        settings.labels(),
        settings.namespace(),
        settings.allowed());
  }

  /** What others who use the agents are told of the build: its name, and whose it is. */
  private static String name(BuildSettings settings) {
    return settings.destination().tags().stream().findFirst().orElse(settings.dockerfile().name())
        + " of "
        + System.getProperty("user.name");
  }

  private static VaultOption.Opened vault(BuildSettings settings) {
    return settings
        .cacheVault()
        .map(option -> option.open(settings.environment(), settings.state()))
        .orElse(VaultOption.Opened.NONE);
  }

  private static BuildHistory history(BuildSettings settings) {
    Path directory = settings.stateOfContext().resolve("history");
    try {
      return new FileBuildHistory(directory);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.INFRASTRUCTURE,
          "cannot use the folder " + directory + ": " + FileProblem.of(e),
          List.of("--state DIR names another folder for state"),
          e);
    }
  }
}
