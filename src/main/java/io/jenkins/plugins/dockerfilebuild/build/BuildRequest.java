package io.jenkins.plugins.dockerfilebuild.build;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContextTree;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;
import io.jenkins.plugins.dockerfilebuild.execution.SshAgent;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.plan.BuildContexts;
import io.jenkins.plugins.dockerfilebuild.plan.BuildOptions;
import io.jenkins.plugins.dockerfilebuild.scheduling.CachePolicy;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One build as the user asks for it.
 *
 * @param file the Dockerfile's name, for messages and to know earlier builds of it
 * @param platforms that images are for, at least one; the platform of {@code options} is the first
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
    BuildContexts contexts,
    BuildOptions options,
    List<Platform> platforms,
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
    platforms = List.copyOf(platforms);
    if (platforms.isEmpty() || !platforms.get(0).equals(options.platform())) {
      throw new IllegalArgumentException("the first platform is that of the options");
    }
  }

  /** For the platform of the options alone, without SSH agents. */
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
        BuildContexts.of(context),
        options,
        List.of(options.platform()),
        noCache,
        pull,
        cachePolicy,
        secrets,
        Map.of(),
        destination);
  }

  /** The options for each platform. */
  List<BuildOptions> variants() {
    return platforms.size() == 1
        ? List.of(options)
        : platforms.stream().map(options::withPlatform).toList();
  }

  /** Says which earlier builds this one is compared with. */
  String lineage() {
    String names = platforms.stream().map(Platform::toString).collect(Collectors.joining(","));
    return String.join("\n", file, options.target().orElse(""), names);
  }
}
