package io.jenkins.plugins.dockerfilebuild.build;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContextTree;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;
import io.jenkins.plugins.dockerfilebuild.execution.SshAgent;
import io.jenkins.plugins.dockerfilebuild.plan.BuildOptions;
import io.jenkins.plugins.dockerfilebuild.scheduling.CachePolicy;
import java.util.List;
import java.util.Map;

/**
 * One build as the user asks for it.
 *
 * @param file the Dockerfile's name, for messages and to know earlier builds of it
 * @param noCache run every step; cache directories keep what they hold
 * @param pull ask registries for base images even if agents have them
 * @param cachePolicy what the build may do with cache directories
 * @param secrets by id
 * @param sshAgents by id
 * @param destination what becomes of the image
 */
public record BuildRequest(
    String file,
    Bytes dockerfile,
    ContextTree context,
    BuildOptions options,
    boolean noCache,
    boolean pull,
    CachePolicy cachePolicy,
    Map<String, Bytes> secrets,
    Map<String, SshAgent> sshAgents,
    Destination destination) {

  /**
   * What becomes of the image.
   *
   * @param tags its names
   * @param push whether it is pushed under each of them
   * @param logins for registries, to pull and to push
   * @param outputs what is written of it
   */
  public record Destination(
      List<String> tags, boolean push, RegistryLogins logins, List<ImageOutput> outputs) {
    public Destination {
      tags = List.copyOf(tags);
      outputs = List.copyOf(outputs);
    }

    /** Nothing is written of the image. */
    public Destination(List<String> tags, boolean push, RegistryLogins logins) {
      this(tags, push, logins, List.of());
    }

    /** Names for the image in the engine; registries are asked anonymously. */
    public static Destination named(List<String> tags) {
      return new Destination(tags, false, RegistryLogins.NONE);
    }
  }

  public BuildRequest {
    secrets = Map.copyOf(secrets);
    sshAgents = Map.copyOf(sshAgents);
  }

  /** A build without SSH agents. */
  public BuildRequest(
      String file,
      Bytes dockerfile,
      ContextTree context,
      BuildOptions options,
      boolean noCache,
      boolean pull,
      CachePolicy cachePolicy,
      Map<String, Bytes> secrets,
      Destination destination) {
    this(
        file,
        dockerfile,
        context,
        options,
        noCache,
        pull,
        cachePolicy,
        secrets,
        Map.of(),
        destination);
  }

  /** Says which earlier builds this one is compared with. */
  String lineage() {
    return String.join("\n", file, options.target().orElse(""), options.platform().toString());
  }
}
