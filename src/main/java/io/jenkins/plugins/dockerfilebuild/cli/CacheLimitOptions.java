package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.execution.CacheLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** The options that limit what agents keep of cache directories. */
final class CacheLimitOptions {

  @Option(
      names = "--cache-limit",
      paramLabel = "SIZE",
      description =
          "Keep at most this of a namespace on each agent; what saves least goes, such as 10GB.")
  private Optional<String> namespace = Optional.empty();

  @Option(names = "--cache-id-limit", paramLabel = "SIZE", description = "Likewise, of one id.")
  private Optional<String> id = Optional.empty();

  @Option(
      names = "--cache-age",
      paramLabel = "AGE",
      description = "Remove what was not used for so long, such as 14d.")
  private Optional<String> age = Optional.empty();

  CacheLimits limits() {
    return new CacheLimits(
        OptionalLong.empty(),
        bytes("--cache-limit", namespace),
        bytes("--cache-id-limit", id),
        age.map(text -> Quantities.age("--cache-age", text)),
        Duration.ZERO);
  }

  private static OptionalLong bytes(String option, Optional<String> size) {
    return size.isPresent()
        ? OptionalLong.of(Quantities.bytes(option, size.get()))
        : OptionalLong.empty();
  }
}
