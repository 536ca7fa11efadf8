package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the user asks for beside the Dockerfile and the build context. Immutable; the {@code with}
 * methods answer a changed copy.
 *
 * @param target name or index of the stage to build; empty: the last
 * @param buildArguments the {@code --build-arg}s
 * @param askedPlatform that the image is to be for and to say that it is; empty: it is for the
 *     platform of the engines, and says what its base says
 * @param buildPlatform that the engines have ({@code BUILDPLATFORM})
 * @param labels to set on the final image, over those of the Dockerfile
 * @param cacheNamespace whose cache directories are found; {@code BUILDKIT_CACHE_MOUNT_NS} divides
 *     it further
 * @param allowed what RUNs may ask for beyond what is harmless to an agent
 */
public record BuildOptions(
    Optional<String> target,
    Map<String, String> buildArguments,
    Optional<Platform> askedPlatform,
    Platform buildPlatform,
    Map<String, String> labels,
    String cacheNamespace,
    Set<Entitlement> allowed) {

  /** Keeps the order of both maps. */
  public BuildOptions {
    buildArguments = ordered(buildArguments);
    labels = ordered(labels);
    allowed = Set.copyOf(allowed);
  }

  /** The last stage, for the platform of the engines, with nothing else asked for. */
  public static BuildOptions of(Platform platform) {
    return new BuildOptions(
        Optional.empty(), Map.of(), Optional.empty(), platform, Map.of(), "", Set.of());
  }

  /** What the image is for ({@code TARGETPLATFORM}). */
  public Platform platform() {
    return askedPlatform.orElse(buildPlatform);
  }

  public BuildOptions withTarget(String stage) {
    return new BuildOptions(
        Optional.of(stage),
        buildArguments,
        askedPlatform,
        buildPlatform,
        labels,
        cacheNamespace,
        allowed);
  }

  public BuildOptions withBuildArguments(Map<String, String> all) {
    return new BuildOptions(
        target, all, askedPlatform, buildPlatform, labels, cacheNamespace, allowed);
  }

  /** For this platform, whatever the engines have. */
  public BuildOptions withPlatform(Platform asked) {
    return new BuildOptions(
        target, buildArguments, Optional.of(asked), buildPlatform, labels, cacheNamespace, allowed);
  }

  public BuildOptions withLabels(Map<String, String> all) {
    return new BuildOptions(
        target, buildArguments, askedPlatform, buildPlatform, all, cacheNamespace, allowed);
  }

  public BuildOptions withCacheNamespace(String namespace) {
    return new BuildOptions(
        target, buildArguments, askedPlatform, buildPlatform, labels, namespace, allowed);
  }

  /** Also lets RUNs ask for these. */
  public BuildOptions withAllowed(Set<Entitlement> entitlements) {
    return new BuildOptions(
        target, buildArguments, askedPlatform, buildPlatform, labels, cacheNamespace, entitlements);
  }

  private static Map<String, String> ordered(Map<String, String> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
