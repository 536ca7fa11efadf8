package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
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

  /**
   * Asks an engine.
   *
   * @throws AgentLostException it does not answer, or is one of which no agent can be made
   */
  static EngineInfo of(Engine engine, String dockerHost) {
    JsonNode answer = ask(engine);
    refuseContainerdsImages(answer, dockerHost);
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
   * Docker's image store in containerd, which new installations have since Docker 29, names images
   * by their manifests and loads none without layers: see decision 3.
   */
  private static void refuseContainerdsImages(JsonNode answer, String dockerHost) {
    for (JsonNode line : answer.path("DriverStatus")) {
      if (line.path(0).asText().equals("driver-type")
          && line.path(1).asText().startsWith("io.containerd.snapshotter.")) {
        throw new AgentLostException(
            "The Docker engine at "
                + dockerHost
                + " keeps its images in containerd, which is not supported yet. Write"
                + " {\"features\": {\"containerd-snapshotter\": false}} in its daemon.json and"
                + " start it anew: it has its own images then.",
            null);
      }
    }
  }

  /**
   * @param agent the agent's id
   */
  AgentInfo of(String agent, MountStorage storage) {
    return new AgentInfo(agent, version, platform, processors, storage);
  }
}
