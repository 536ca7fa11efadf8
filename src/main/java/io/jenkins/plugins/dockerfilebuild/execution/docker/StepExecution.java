package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs one step in a container of its own. Used once, by one thread. */
final class StepExecution {

  /** How often a silent engine is asked whether it lives. */
  private static final long PING_SECONDS = 10;

  private final Engine engine;
  private final String parent;
  private final StepRequest request;
  private final StepMounts mounts;
  private final FileTransfer transfer;

  StepExecution(
      Engine engine, String parent, StepRequest request, StepMounts mounts, FileTransfer transfer) {
    this.engine = engine;
    this.parent = parent;
    this.request = request;
    this.mounts = mounts;
    this.transfer = transfer;
  }

  /** What the container is left with, before it is made an image. */
  @FunctionalInterface
  interface Commit {
    StepOutcome commit(StepContainer container);
  }

  StepOutcome run(String session, StepOutput output, Commit commit)
      throws IOException, InterruptedException {
    if (request.operation() instanceof StepRequest.Run run) {
      for (StepRequest.ScriptFile script : run.files()) {
        mounts.script(script.target(), script.content());
      }
      mounts.addAll(run.mounts(), output);
    }
    try (StepContainer container = StepContainer.create(engine, parent, session, this::configure)) {
      makeDirectories(container);
      if (request.operation() instanceof StepRequest.Transfer copy) {
        transfer(copy, container);
      } else if (request.operation() instanceof StepRequest.Run) {
        Optional<StepOutcome> failure = command(container, output);
        if (failure.isPresent()) {
          return failure.get();
        }
        removeMountPoints(container);
      }
      return commit.commit(container);
    }
  }

  private void configure(CreateContainerCmd command) {
    command.withEnv(request.environment()).withUser(request.user());
    if (request.operation() instanceof StepRequest.Run run) {
      // All of it as entry point: a command would be joined to the image's entry point.
      command.withEntrypoint(run.command()).withWorkingDir(request.workingDirectory());
      command.withHostConfig(hostConfig(run));
    } else {
      command.withEntrypoint("/");
    }
  }

  private HostConfig hostConfig(StepRequest.Run run) {
    HostConfig config =
        HostConfig.newHostConfig()
            .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
            .withPrivileged(run.privileged())
            .withMounts(mounts.mounts());
    return run.network().equals("default") ? config : config.withNetworkMode(run.network());
  }

  private void makeDirectories(StepContainer container) throws IOException {
    for (StepRequest.NewDirectory directory : request.directories()) {
      NewDirectories.make(container.files(), directory);
    }
  }

  private void transfer(StepRequest.Transfer copy, StepContainer container) throws IOException {
    Optional<ImageUsers.Owner> owner = Optional.empty();
    if (copy.owner().isPresent()) {
      String spec = copy.owner().get();
      owner = ImageUsers.of(container.files()).owner(spec);
      if (owner.isEmpty()) {
        throw new TransferException(
            "--chown=" + spec + ": the image has no such user or group", null);
      }
    }
    transfer.perform(copy, container.files(), owner);
  }

  /** Runs the command to its end; empty when it succeeded. */
  private Optional<StepOutcome> command(StepContainer container, StepOutput output)
      throws IOException, InterruptedException {
    try (OutputLines lines = new OutputLines(output)) {
      engine
          .ask(
              docker ->
                  docker
                      .attachContainerCmd(container.id())
                      .withStdOut(true)
                      .withStdErr(true)
                      .withFollowStream(true)
                      .exec(lines))
          .awaitStarted();
      try {
        engine.ask(docker -> docker.startContainerCmd(container.id()).exec());
      } catch (DockerException e) {
        return Optional.of(refusedToStart(e));
      }
      while (!lines.awaitEnd(PING_SECONDS)) {
        engine.ping();
      }
    }
    int status = exitStatus(container);
    return status == 0 ? Optional.empty() : Optional.of(failed(container, status));
  }

  private int exitStatus(StepContainer container) {
    return engine.await(
        docker -> {
          try (WaitContainerResultCallback wait = new WaitContainerResultCallback()) {
            return docker.waitContainerCmd(container.id()).exec(wait).awaitStatusCode();
          }
        });
  }

  private StepOutcome failed(StepContainer container, int status) {
    boolean outOfMemory = Boolean.TRUE.equals(inspect(container).getState().getOOMKilled());
    String why = outOfMemory ? " (out of memory)" : "";
    return new StepOutcome.Failed(status, "the command exited with status " + status + why);
  }

  /** What the engine says when there is no such command, as a shell would put it. */
  private static StepOutcome refusedToStart(DockerException e) {
    String message = String.valueOf(e.getMessage()).strip();
    boolean missing = message.contains("not found") || message.contains("no such file");
    return new StepOutcome.Failed(
        missing ? 127 : 126, "the command could not be started: " + message);
  }

  private void removeMountPoints(StepContainer container) throws IOException {
    if (mounts.targets().isEmpty()) {
      return;
    }
    Map<String, String> graph = graphDirectories(container);
    Path upper = Path.of(graph.getOrDefault("UpperDir", "/nonexistent"));
    if (Files.isDirectory(upper)) {
      List<Path> lower =
          Arrays.stream(graph.getOrDefault("LowerDir", "").split(":"))
              .filter(path -> !path.isEmpty() && !path.endsWith("-init/diff"))
              .map(Path::of)
              .toList();
      new MountPoints(upper, lower).remove(mounts.targets());
    }
  }

  private Map<String, String> graphDirectories(StepContainer container) {
    return new RawApi(engine).graphDriverData(container.id());
  }

  private InspectContainerResponse inspect(StepContainer container) {
    return engine.ask(docker -> docker.inspectContainerCmd(container.id()).exec());
  }
}
