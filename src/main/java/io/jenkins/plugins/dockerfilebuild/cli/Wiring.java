package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.build.BuildRequest;
import io.jenkins.plugins.dockerfilebuild.build.DockerfileBuild;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.ContextFilter;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.coordination.BuildHistory;
import io.jenkins.plugins.dockerfilebuild.coordination.FileBuildHistory;
import io.jenkins.plugins.dockerfilebuild.dockerfile.IgnorePatterns;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.docker.DockerAgent;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.plan.BuildOptions;
import io.jenkins.plugins.dockerfilebuild.report.BuildReportRecorder;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.PlanExecution.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The one place where the command line meets the engine and its adapters. */
final class Wiring {

  /** How long Ctrl-C waits until the build's containers are gone. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final CommandIo io;

  Wiring(CommandIo io) {
    this.io = io;
  }

  /** Connects the agents that the user names. */
  static Pool connect(List<AgentOption> agents, Path state) {
    return Pool.open(Wiring::connect, agents, state);
  }

  private static AgentServices connect(AgentOption agent, Path state) {
    return DockerAgent.connect(agent.dockerHost(), state);
  }

  /** Builds, shows how it goes, and writes what was asked for. */
  ExitStatus build(BuildSettings settings) {
    ProgressDisplay display =
        ProgressDisplay.open(settings.progress(), settings.dockerfile().lines(), io);
    Interruption interruption = Interruption.guard(PATIENCE, display::close);
    try {
      return build(settings, display);
    } finally {
      display.close();
      interruption.close();
    }
  }

  private ExitStatus build(BuildSettings settings, ProgressDisplay display) {
    BuildReportRecorder recorder = new BuildReportRecorder();
    BuildListener listener =
        event -> {
          recorder.on(event);
          display.listener().on(event);
        };
    try (Pool pool = connect(settings.agents(), settings.state())) {
      Optional<String> imageId = run(settings, pool.agents(), listener);
      display.close();
      imageId.ifPresent(id -> deliver(settings, pool.agents().get(0), id));
      return imageId.isPresent() ? ExitStatus.BUILT : ExitStatus.FAILED;
    } finally {
      settings.reports().forEach(file -> file.write(recorder.report()));
    }
  }

  private Optional<String> run(BuildSettings settings, List<Agent> agents, BuildListener listener) {
    Path contexts = settings.state().resolve("contexts");
    String name = Digest.of(settings.context().toAbsolutePath().normalize().toString()).hex();
    DirectoryContext.Settings context =
        new DirectoryContext.Settings(
            settings.context(),
            filter(ignorePatterns(settings)),
            patterns -> filter(IgnorePatterns.of(patterns)),
            contexts.resolve(name));
    try (DirectoryContext tree = DirectoryContext.open(context)) {
      BuildHistory history = new FileBuildHistory(settings.state().resolve("history"));
      Outcome outcome =
          new DockerfileBuild(agents, history).run(request(settings, agents, tree), listener);
      if (outcome instanceof Outcome.Failed failed && failed.infrastructure()) {
        throw new CommandFailure(ExitStatus.INFRASTRUCTURE, failed.message(), List.of(), null);
      }
      return outcome instanceof Outcome.Built built
          ? Optional.of(built.imageId())
          : Optional.empty();
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.INFRASTRUCTURE,
          "the state directory cannot be used: " + FileProblem.of(e),
          List.of("name another with --state"),
          e);
    } catch (InterruptedException e) {
      throw new CommandFailure(ExitStatus.FAILED, "canceled", List.of(), e);
    }
  }

  private static BuildRequest request(
      BuildSettings settings, List<Agent> agents, DirectoryContext tree) {
    Platform engine = Platform.parse(agents.get(0).info().platform());
    BuildOptions options =
        new BuildOptions(
            settings.target(),
            settings.buildArguments(),
            settings.platform().map(Platform::parse).orElse(engine),
            engine,
            settings.labels(),
            settings.namespace());
    return new BuildRequest(
        settings.dockerfile().name(),
        settings.dockerfile().content(),
        tree,
        options,
        settings.noCache(),
        settings.pull(),
        settings.secrets(),
        settings.tags());
  }

  /** {@code <Dockerfile>.dockerignore} wins over the context's own. */
  private static IgnorePatterns ignorePatterns(BuildSettings settings) {
    for (Path file :
        List.of(
            Path.of(settings.dockerfile().name() + ".dockerignore"),
            settings.context().resolve(".dockerignore"))) {
      if (Files.isRegularFile(file)) {
        try {
          return IgnorePatterns.parse(file.toString(), Files.readAllBytes(file));
        } catch (IOException e) {
          throw CommandFailure.usage(file + ": cannot be read: " + FileProblem.of(e));
        }
      }
    }
    return IgnorePatterns.NONE;
  }

  private static ContextFilter filter(IgnorePatterns patterns) {
    return new ContextFilter() {
      @Override
      public boolean includes(String path) {
        return !patterns.ignores(path);
      }

      @Override
      public boolean mayIncludeBelow(String directory) {
        return patterns.mayIncludeBelow(directory);
      }
    };
  }

  private void deliver(BuildSettings settings, Agent agent, String imageId) {
    settings
        .output()
        .flatMap(OutputOption::destination)
        .ifPresent(destination -> save(settings, agent, imageId, destination));
    if (settings.progress() == ProgressDisplay.Kind.NONE) {
      io.out().println(imageId);
      io.out().flush();
    }
  }

  private void save(BuildSettings settings, Agent agent, String imageId, String destination) {
    try {
      if (destination.equals(OutputOption.STANDARD_OUTPUT)) {
        agent.services().saveImage(imageId, settings.tags(), io.out());
      } else {
        AtomicFiles.write(
            Path.of(destination), out -> agent.services().saveImage(imageId, settings.tags(), out));
      }
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.FAILED,
          "cannot write the image to " + destination + ": " + FileProblem.of(e),
          List.of("the image itself is built: " + imageId),
          e);
    }
  }
}
