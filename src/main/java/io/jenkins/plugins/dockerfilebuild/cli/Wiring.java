package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.report.BuildReportRecorder;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import java.io.IOException;
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
    throw new CommandFailure(ExitStatus.INFRASTRUCTURE, "stub " + agent + state, List.of(), null);
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
    listener.on(
        new BuildEvent.Finished(
            0,
            BuildEvent.Result.FAILURE,
            Optional.empty(),
            Optional.of("stub " + settings + agents)));
    return Optional.empty();
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
