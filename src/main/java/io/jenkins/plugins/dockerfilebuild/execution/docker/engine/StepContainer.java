package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A container of ours. It carries its session as a label, so that what a dead process left behind
 * is found, and it is gone once it is closed, running or not.
 */
public final class StepContainer implements AutoCloseable {

  private final Engine engine;
  private final String id;

  /** Set by the thread that closes. */
  private boolean hasTime;

  private StepContainer(Engine engine, String id) {
    this.engine = engine;
    this.id = id;
  }

  /**
   * Creates a container that is not started.
   *
   * @param settings everything but image and labels
   */
  public static StepContainer create(
      Engine engine, String image, String sessionId, Consumer<CreateContainerCmd> settings) {
    return engine.make(
        docker -> {
          try (CreateContainerCmd command = docker.createContainerCmd(image)) {
            command.withLabels(Map.of(StepLabels.SESSION, sessionId));
            settings.accept(command);
            return new StepContainer(engine, command.exec().getId());
          }
        },
        StepContainer::remove);
  }

  /** A container that only holds the files of an image: it is never started. */
  public static StepContainer holding(Engine engine, String image, String sessionId) {
    // The engine wants a command, though it never runs: an image need not have one.
    return create(engine, image, sessionId, command -> command.withEntrypoint("/"));
  }

  /** The engine's id of the container. */
  public String id() {
    return id;
  }

  /** Its files, running or not. */
  public ContainerFiles files() {
    return new ArchiveApiFiles(engine, id);
  }

  /** Whether the engine still has it: whoever tidies up an engine removes what does not run. */
  boolean exists() {
    try {
      engine.ask(docker -> docker.inspectContainerCmd(id).exec());
      return true;
    } catch (NotFoundException gone) {
      return false;
    }
  }

  /** For a container that has ended: {@link #close} lets it be removed when there is time. */
  public void closeLater() {
    hasTime = true;
  }

  /** Kills and removes it, with its anonymous volumes. */
  @Override
  public void close() {
    if (hasTime) {
      engine.later(this::remove);
    } else {
      remove();
    }
  }

  private void remove() {
    // An interrupted thread must clean up too, and its calls would be broken off.
    boolean interrupted = Thread.interrupted();
    try {
      engine.ask(
          docker -> docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec());
    } catch (NotFoundException | ConflictException gone) {
      // As it should be, or somebody else removes it now.
    } catch (AgentLostException away) {
      // When the engine is back it has the container again, while the agent may go on for weeks.
      engine.retry(this::remove);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
