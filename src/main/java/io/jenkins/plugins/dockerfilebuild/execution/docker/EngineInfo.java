package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.MountStorage;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageStore;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RawApi;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.nio.file.Path;

/**
 * What the engine says of itself.
 *
 * @param root where it keeps its data
 */
record EngineInfo(
    String id, String version, String platform, int processors, Path root, ImageStore images) {

  /**
   * Asks an engine.
   *
   * @throws AgentLostException it does not answer
   */
  static EngineInfo of(Engine engine, String dockerHost) {
    JsonNode answer = ask(engine);
    Platform platform =
        new Platform(answer.path("OSType").asText(), answer.path("Architecture").asText(), "");
    String root = answer.path("DockerRootDir").asText();
    ImageStore images = ImageStore.of(answer);
    // Podman says another id each time it is asked.
    String id =
        images == ImageStore.ARCHIVES
            ? dockerHost + " " + answer.path("Name").asText()
            : answer.path("ID").asText();
    // Engines of one machine share their id where they share /etc/docker/key.json.
    return new EngineInfo(
        id + " " + root,
        answer.path("ServerVersion").asText(),
        platform.toString(),
        Math.max(1, answer.path("NCPU").asInt()),
        Path.of(root),
        images);
  }

  private static JsonNode ask(Engine engine) {
    try {
      return new RawApi(engine).info();
    } catch (AgentLostException e) {
      throw new AgentLostException(
          e.getMessage()
              + " Is Docker installed and running there, and may this user reach it? DOCKER_HOST"
              + " names another engine.",
          e);
    }
  }

  /**
   * @param agent the agent's id
   */
  AgentInfo of(String agent, MountStorage storage) {
    return new AgentInfo(agent, version, platform, processors, storage);
  }
}
