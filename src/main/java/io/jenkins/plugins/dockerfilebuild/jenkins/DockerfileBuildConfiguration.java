package io.jenkins.plugins.dockerfilebuild.jenkins;

import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a job asks of one build, with defaults in place and checked as far as it can be without
 * an agent.
 *
 * @param context and {@code dockerfile} relative to the workspace; an empty Dockerfile is the
 *     context's
 * @param buildContexts what names stand for: directories, relative to the workspace, and images
 * @param agents label expression of the pool; empty: the label of the agent that holds the
 *     workspace
 * @param secrets credentials ids by secret id
 * @param ssh credentials ids by the ids of SSH mounts
 * @param parallelism steps at once
 */
record DockerfileBuildConfiguration(
    String context,
    Map<String, String> buildContexts,
    String dockerfile,
    String agents,
    Image image,
    Map<String, String> secrets,
    Map<String, String> ssh,
    List<RegistryEndpoint> registries,
    boolean noCache,
    boolean pull,
    int parallelism,
    Optional<String> cacheNamespace,
    CacheAccess cacheAccess,
    boolean failOnCheck,
    List<WorkspaceOutput> outputs) {

  /**
   * What image is made.
   *
   * @param platforms an image is made for each; empty: for that of the agents
   */
  record Image(
      List<String> tags,
      Optional<String> target,
      Map<String, String> buildArguments,
      Map<String, String> labels,
      List<Platform> platforms,
      boolean push) {

    /** What images are for where agents are of this platform, at least one. */
    List<Platform> platformsOr(Platform ofAgents) {
      return platforms.isEmpty() ? List.of(ofAgents) : platforms;
    }
  }

  /** How the Dockerfile is called in messages. */
  String dockerfileName() {
    if (!dockerfile.isEmpty()) {
      return dockerfile;
    }
    return context.equals(".") ? "Dockerfile" : context + "/Dockerfile";
  }
}
