package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the user asks for beside the Dockerfile and the build context. Immutable; the {@code with}
 * methods answer a changed copy.
 *
 * @param target name or index of the stage to build; empty: the last
 * @param buildArguments the {@code --build-arg}s
 * @param platform that the image is for ({@code TARGETPLATFORM})
 * @param buildPlatform that the engines have ({@code BUILDPLATFORM})
 * @param labels to set on the final image, over those of the Dockerfile
 * @param cacheNamespace whose cache directories are found; {@code BUILDKIT_CACHE_MOUNT_NS} divides
 *     it further
 */
public record BuildOptions(
    Optional<String> target,
    Map<String, String> buildArguments,
    Platform platform,
    Platform buildPlatform,
    Map<String, String> labels,
    String cacheNamespace) {

  /** Keeps the order of both maps. */
  public BuildOptions {
    buildArguments = ordered(buildArguments);
    labels = ordered(labels);
  }

  /** The last stage, for the platform of the engines, with nothing else asked for. */
  public static BuildOptions of(Platform platform) {
    return new BuildOptions(Optional.empty(), Map.of(), platform, platform, Map.of(), "");
  }

  public BuildOptions withTarget(String stage) {
    return new BuildOptions(
        Optional.of(stage), buildArguments, platform, buildPlatform, labels, cacheNamespace);
  }

  public BuildOptions withBuildArguments(Map<String, String> all) {
    return new BuildOptions(target, all, platform, buildPlatform, labels, cacheNamespace);
  }

  /** For another platform than the engines have. */
  public BuildOptions withPlatform(Platform other) {
    return new BuildOptions(target, buildArguments, other, buildPlatform, labels, cacheNamespace);
  }

  public BuildOptions withLabels(Map<String, String> all) {
    return new BuildOptions(target, buildArguments, platform, buildPlatform, all, cacheNamespace);
  }

  public BuildOptions withCacheNamespace(String namespace) {
    return new BuildOptions(target, buildArguments, platform, buildPlatform, labels, namespace);
  }

  private static Map<String, String> ordered(Map<String, String> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
