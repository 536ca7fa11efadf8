package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The command of a RUN in a container that was created for it. Used once, by one thread, which may
 * be interrupted; the container then still runs.
 */
public final class ContainerCommand {

  /** How often a silent engine is asked whether it lives. */
  private static final long PING_SECONDS = 10;

  private final Engine engine;
  private final StepContainer container;
  private final CommandStarts starts;
  private final String program;

  /**
   * @param starts is told when it has started
   * @param words the container's command
   */
  public ContainerCommand(
      Engine engine, StepContainer container, CommandStarts starts, List<String> words) {
    this.engine = engine;
    this.container = container;
    this.starts = starts;
    this.program = words.get(0);
  }

  /**
   * Runs it to its end.
   *
   * @return empty when it succeeded
   * @throws DockerException the engine could not start it, for reasons that are not the command's
   */
  public Optional<StepOutcome> run(StepOutput output) throws IOException, InterruptedException {
    try (OutputLines lines = new OutputLines(output)) {
      // Attached before it starts, so that its first words are not missed.
      engine.ask(
          docker ->
              docker
                  .attachContainerCmd(container.id())
                  .withStdOut(true)
                  .withStdErr(true)
                  .withFollowStream(true)
                  .exec(lines)
                  .awaitBegun());
      try {
        engine.ask(docker -> docker.startContainerCmd(container.id()).exec());
      } catch (DockerException e) {
        return Optional.of(refused(e));
      }
      starts.started();
      while (!lines.awaitEnd(PING_SECONDS)) {
        engine.ping();
      }
    }
    int status = exitStatus();
    return status == 0 ? Optional.empty() : Optional.of(failed(status));
  }

  private int exitStatus() {
    return engine.await(
        docker -> {
          try (WaitContainerResultCallback wait = new WaitContainerResultCallback()) {
            return docker.waitContainerCmd(container.id()).exec(wait).awaitStatusCode();
          }
        });
  }

  private StepOutcome failed(int status) {
    boolean outOfMemory =
        new RawApi(engine)
            .inspectContainer(container.id())
            .path("State")
            .path("OOMKilled")
            .asBoolean();
    String why = outOfMemory ? " (out of memory)" : "";
    return new StepOutcome.Failed(status, "the command exited with status " + status + why);
  }

  /** The statuses are those of a shell: 127 for what is not there, 126 for what cannot run. */
  private StepOutcome refused(DockerException e) {
    String reason = Engine.reason(e);
    if (reason.contains("unable to find user") || reason.contains("unable to find group")) {
      return new StepOutcome.Failed(-1, "USER is not known to the image: " + reason);
    }
    boolean execution = reason.contains("exec:") || reason.contains("exec format error");
    if (!execution) {
      throw e;
    }
    boolean missing = reason.contains("not found") || reason.contains("no such file");
    String problem = missing ? "is not in the image" : "cannot be executed";
    return new StepOutcome.Failed(
        missing ? 127 : 126, "the command \"%s\" %s (%s)".formatted(program, problem, reason));
  }
}
