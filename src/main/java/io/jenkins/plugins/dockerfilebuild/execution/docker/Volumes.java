package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.exception.NotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Volumes of ours on an engine; each carries its session and lives as long as a step. */
final class Volumes {

  private Volumes() {}

  /** Makes a volume with these options of the local driver, and answers its name. */
  static String create(Engine engine, String session, Map<String, String> options) {
    String name = "dockerfile-build-" + UUID.randomUUID();
    engine.ask(
        docker ->
            docker
                .createVolumeCmd()
                .withName(name)
                .withDriver("local")
                .withDriverOpts(options)
                .withLabels(Map.of(StepLabels.SESSION, session))
                .exec());
    return name;
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

  static void remove(Engine engine, String volume) {
    boolean interrupted = Thread.interrupted();
    try {
      engine.ask(docker -> docker.removeVolumeCmd(volume).exec());
    } catch (NotFoundException | AgentLostException e) {
      // Gone already, or its engine is: the next session reaps it.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
