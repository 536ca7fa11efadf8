package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code --build-arg}s: which names have a meaning of their own. Immutable. */
final class BuildArguments {

  private static final Set<String> PROXIES =
      Set.of("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy");

  private static final String FOR_BUILDKIT = "BUILDKIT_";

  private static final String CACHE_NAMESPACE = FOR_BUILDKIT + "CACHE_MOUNT_NS";

  /** An ARG tells them to BuildKit, which knows no variable of these names. */
  private static final Set<String> NO_VARIABLES =
      Set.of(FOR_BUILDKIT + "SBOM_SCAN_CONTEXT", FOR_BUILDKIT + "SBOM_SCAN_STAGE");

  /** Also counts where an ARG before the first FROM says it. */
  static final String SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH";

  private final Map<String, String> given;

  BuildArguments(Map<String, String> given) {
    this.given = given;
  }

  Optional<String> value(String name) {
    return Optional.ofNullable(given.get(name));
  }

  /** Whether an ARG of a stage makes a variable. */
  static boolean isVariable(String name) {
    return !NO_VARIABLES.contains(name);
  }

  /**
   * What every FROM sees, and a stage that declares it: {@code TARGETPLATFORM} and its parts,
   * {@code BUILDPLATFORM} and its parts, {@code TARGETSTAGE}.
   */
  Map<String, String> predefined(BuildOptions options, String targetStage) {
    Map<String, String> values = new LinkedHashMap<>();
    platform("BUILD", options.buildPlatform(), values);
    platform("TARGET", options.platform(), values);
    values.put("TARGETSTAGE", targetStage.isEmpty() ? "default" : targetStage);
    values.replaceAll((name, value) -> given.getOrDefault(name, value));
    return values;
  }

  private static void platform(String prefix, Platform platform, Map<String, String> values) {
    values.put(prefix + "PLATFORM", platform.toString());
    values.put(prefix + "OS", platform.os());
    values.put(prefix + "OSVERSION", "");
    values.put(prefix + "ARCH", platform.architecture());
    values.put(prefix + "VARIANT", platform.variant());
  }

  /** Proxies in both spellings, for every command, whether an ARG declares them or not. */
  Map<String, String> proxies() {
    Map<String, String> proxies = new LinkedHashMap<>();
    given.forEach(
        (name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (PROXIES.contains(lower) && !value.isEmpty()) {
            proxies.put(lower.toUpperCase(Locale.ROOT), value);
            proxies.put(lower, value);
          }
        });
    return proxies;
  }

  /** {@code namespace}, divided further where {@code BUILDKIT_CACHE_MOUNT_NS} is given. */
  String cacheNamespace(String namespace) {
    return value(CACHE_NAMESPACE)
        .filter(own -> !own.isEmpty())
        .map(own -> namespace.isEmpty() ? own : namespace + "/" + own)
        .orElse(namespace);
  }

  /** Names that no ARG declares and that mean nothing by themselves. */
  List<String> unused(Set<String> declared) {
    List<String> unused = new ArrayList<>();
    for (String name : given.keySet()) {
      boolean known =
          declared.contains(name)
              || PROXIES.contains(name.toLowerCase(Locale.ROOT))
              || name.startsWith(FOR_BUILDKIT)
              || name.equals(SOURCE_DATE_EPOCH)
              || name.matches("(BUILD|TARGET)(PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE");
      if (!known) {
        unused.add(name);
      }
    }
    return unused;
  }

  /** Names by which BuildKit is told something that has no effect here. */
  List<String> withoutEffect(Set<String> declared) {
    return given.keySet().stream()
        .filter(name -> name.startsWith(FOR_BUILDKIT) && !name.equals(CACHE_NAMESPACE))
        .filter(name -> !declared.contains(name))
        .toList();
  }
}
