package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Volumes of ours on an engine: those of a session, which live as long as a step, and those that
 * are kept under a name.
 */
public final class Volumes {

  static final String PREFIX = "dockerfile-build-";

  private Volumes() {}

  /** Makes a volume with these options of the local driver, and answers its name. */
  public static String create(Engine engine, String session, Map<String, String> options) {
    String name = PREFIX + UUID.randomUUID();
    create(engine, name, options, Map.of(StepLabels.SESSION, session));
    return name;
  }

  /** Makes a volume that is kept. */
  static void create(
      Engine engine, String name, Map<String, String> options, Map<String, String> labels) {
    engine.ask(
        docker ->
            docker
                .createVolumeCmd()
                .withName(name)
                .withDriver("local")
                .withDriverOpts(options)
                .withLabels(labels)
                .exec());
  }

  /**
   * A view of a directory that can be written to and is thrown away: one layer, no copy. All are
   * paths on the engine's file system, {@code upper} and {@code work} empty directories there.
   *
   * @throws IOException a path cannot be said in the options of a mount
   */
  public static String overlay(
      Engine engine, String session, String lower, String upper, String work) throws IOException {
    if ((lower + upper + work).matches(".*[,:\\\\].*")) {
      throw new IOException(
          "a bind mount with rw needs a state directory without , : and \\ in its path: " + lower);
    }
    return create(
        engine,
        session,
        Map.of(
            "type", "overlay",
            "device", "overlay",
            "o", "lowerdir=%s,upperdir=%s,workdir=%s".formatted(lower, upper, work)));
  }

  /** Where the engine keeps the volume's files; the engine's own path, for its binds. */
  static String mountpoint(Engine engine, String volume) {
    return engine.ask(docker -> docker.inspectVolumeCmd(volume).exec().getMountpoint());
  }

  static List<String> ofSession(Engine engine, String session) {
    List<String> names = new ArrayList<>();
    new RawApi(engine)
        .volumes(StepLabels.SESSION + "=" + session)
        .path("Volumes")
        .forEach(volume -> names.add(volume.path("Name").asText()));
    return names;
  }

  /** Removes a volume unless a container has it; answers whether it is gone. */
  public static boolean removeIfUnused(Engine engine, String volume) {
    try {
      engine.ask(docker -> docker.removeVolumeCmd(volume).exec());
      return true;
    } catch (NotFoundException e) {
      return true;
    } catch (ConflictException e) {
      return false;
    }
  }

  /** Removes a volume; one that is gone, or whose engine is, needs none. */
  public static void remove(Engine engine, String volume) {
    boolean interrupted = Thread.interrupted();
    try {
      engine.ask(docker -> docker.removeVolumeCmd(volume).exec());
    } catch (NotFoundException | ConflictException | AgentLostException e) {
      // Gone already; or somebody's container has it, or its engine is away: the session reaps it.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
