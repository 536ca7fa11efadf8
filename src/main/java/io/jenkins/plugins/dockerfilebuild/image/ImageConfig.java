package io.jenkins.plugins.dockerfilebuild.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration of an image, by the OCI image specification ({@code config.md}) and Docker's
 * additions to it. Immutable.
 *
 * @param platform {@code os/architecture[/variant]}
 * @param environment {@code NAME=value}, in order
 * @param command empty optional: none; an empty list cannot be told from none by engines
 * @param healthCheck as Docker stores it
 * @param history one line for each instruction, oldest first
 */
public record ImageConfig(
    String platform,
    List<String> environment,
    Optional<List<String>> entrypoint,
    Optional<List<String>> command,
    String user,
    String workingDirectory,
    Map<String, String> labels,
    List<String> exposedPorts,
    List<String> volumes,
    Optional<String> stopSignal,
    Optional<HealthCheck> healthCheck,
    Optional<List<String>> shell,
    List<String> onBuild,
    List<History> history) {

  /**
   * @param test such as {@code [CMD-SHELL, curl …]} or {@code [NONE]}
   * @param intervalNanos and the others: 0 means the engine's default
   */
  public record HealthCheck(
      List<String> test,
      long intervalNanos,
      long timeoutNanos,
      long startPeriodNanos,
      long startIntervalNanos,
      int retries) {}

  /**
   * One line of {@code docker history}.
   *
   * @param createdMillis since the epoch
   * @param emptyLayer whether the instruction made no layer
   */
  public record History(long createdMillis, String createdBy, boolean emptyLayer) {}
}
