package io.jenkins.plugins.dockerfilebuild.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which cache directory of an id is meant. */
final class CacheChoice {

  private static final int ABBREVIATED = 12;
  private static final int OCTAL = 8;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Whose cache directory. Default: ${DEFAULT-VALUE}.")
  private String namespace;

  @Option(
      names = "--platform",
      paramLabel = "P",
      description = "Of the image that mounts it. Default: that of the first agent.")
  private Optional<String> platform = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "HEX",
      description = "Its key, or the beginning of it, as cache ls --json shows it.")
  private Optional<String> keyPrefix = Optional.empty();

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "0755",
      description = "As the mount says, as are uid and gid: others mean other directories.")
  private String mode;

  @Option(names = "--uid", paramLabel = "UID", defaultValue = "0", description = "See --mode.")
  private int uid;

  @Option(names = "--gid", paramLabel = "GID", defaultValue = "0", description = "See --mode.")
  private int gid;

  /**
   * The one directory of the id that agents hold.
   *
   * @throws CommandFailure there is none, or several
   */
  CacheKey existing(String id, List<Agent> agents) {
    List<CacheKey> all =
        agents.stream()
            .flatMap(agent -> CacheListing.keys(agent).stream())
            .distinct()
            .sorted()
            .toList();
    List<CacheKey> found =
        all.stream()
            .filter(key -> key.namespace().equals(namespace) && key.id().equals(id))
            .filter(key -> key.hex().startsWith(keyPrefix.orElse("")))
            .filter(key -> platform.isEmpty() || key.platform().equals(platform.get()))
            .toList();
    if (found.isEmpty()) {
      throw CommandFailure.usage(
          "no agent has a cache directory " + id + " in the namespace " + namespace,
          "cache ls shows all that there are");
    }
    if (found.size() > 1) {
      throw CommandFailure.usage(
          "there are " + found.size() + " cache directories " + id + ": --key tells one",
          found.stream().map(CacheChoice::described).toArray(String[]::new));
    }
    return found.get(0);
  }

  private static String described(CacheKey key) {
    return "%s  %s, mode %04o, owner %d:%d%s"
        .formatted(
            key.hex().substring(0, ABBREVIATED),
            key.platform(),
            key.mode(),
            key.uid(),
            key.gid(),
            key.seed().isEmpty() ? "" : ", seeded from an image");
  }

  /** The directory that a mount with these options would find; agents need not have it. */
  CacheKey wanted(String id, List<Agent> agents) {
    if (keyPrefix.isPresent()) {
      return existing(id, agents);
    }
    String of = platform.orElse(agents.get(0).info().platform());
    return new CacheKey(namespace, id, canonical(of), "", permissions(), uid, gid);
  }

  private static String canonical(String text) {
    try {
      return Platform.parse(text).toString();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--platform: " + e.getMessage());
    }
  }

  private int permissions() {
    try {
      int bits = Integer.parseInt(mode, OCTAL);
      if (bits >= 0 && bits <= 07777) {
        return bits;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw CommandFailure.usage("--mode " + mode + ": not an octal mode such as 0755");
  }

  /** A key as JSON. */
  static void fields(JsonGenerator json, CacheKey key) throws IOException {
    json.writeStringField("namespace", key.namespace());
    json.writeStringField("id", key.id());
    json.writeStringField("key", key.hex());
    json.writeStringField("platform", key.platform());
  }

  /** A version as JSON. */
  static void fields(JsonGenerator json, CacheVersion version) throws IOException {
    json.writeNumberField("version", version.number());
    json.writeStringField("manifest", version.manifest().toString());
    json.writeNumberField("files", version.files());
    json.writeNumberField("bytes", version.bytes());
    json.writeNumberField("publishedMs", version.publishedMillis());
  }
}
