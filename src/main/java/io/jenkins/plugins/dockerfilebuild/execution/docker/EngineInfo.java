package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.MountStorage;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RawApi;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.nio.file.Path;

/**
 * What the engine says of itself.
 *
 * @param root where it keeps its data
 * @param podman whether it is Podman, which takes images with all their layers only
 */
record EngineInfo(
    String id, String version, String platform, int processors, Path root, boolean podman) {

  static EngineInfo of(Engine engine, String dockerHost) {
    JsonNode answer = new RawApi(engine).info();
    Platform platform =
        new Platform(answer.path("OSType").asText(), answer.path("Architecture").asText(), "");
    String root = answer.path("DockerRootDir").asText();
    // Podman says which Buildah it is made with, and another id each time it is asked.
    boolean podman = answer.has("BuildahVersion");
    String id =
        podman ? dockerHost + " " + answer.path("Name").asText() : answer.path("ID").asText();
    // Engines of one machine share their id where they share /etc/docker/key.json.
    return new EngineInfo(
        id + " " + root,
        answer.path("ServerVersion").asText(),
        platform.toString(),
        Math.max(1, answer.path("NCPU").asInt()),
        Path.of(root),
        podman);
  }

  /**
   * @param agent the agent's id
   */
  AgentInfo of(String agent, MountStorage storage) {
    return new AgentInfo(agent, version, platform, processors, storage);
  }
}
