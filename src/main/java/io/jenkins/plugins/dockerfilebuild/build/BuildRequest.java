package io.jenkins.plugins.dockerfilebuild.build;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContextTree;
import io.jenkins.plugins.dockerfilebuild.plan.BuildOptions;
import java.util.List;
import java.util.Map;

/**
 * One build as the user asks for it.
 *
 * @param file the Dockerfile's name, for messages and to know earlier builds of it
 * @param noCache run every step; cache directories keep what they hold
 * @param pull ask registries for base images even if agents have them
 * @param secrets by id
 */
public record BuildRequest(
    String file,
    Bytes dockerfile,
    ContextTree context,
    BuildOptions options,
    boolean noCache,
    boolean pull,
    Map<String, Bytes> secrets,
    List<String> tags) {

  public BuildRequest {
    secrets = Map.copyOf(secrets);
    tags = List.copyOf(tags);
  }

  /** Says which earlier builds this one is compared with. */
  String lineage() {
    return String.join("\n", file, options.target().orElse(""), options.platform().toString());
  }
}
