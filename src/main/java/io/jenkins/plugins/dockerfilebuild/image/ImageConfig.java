package io.jenkins.plugins.dockerfilebuild.image;

import java.util.Collections;
import java.util.LinkedHashMap;
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
 * @param labels in the order in which they were set
 * @param healthCheck as Docker stores it
 * @param history one line for each instruction, oldest first
 * @param author what MAINTAINER said, {@code ""} for nobody
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
    List<History> history,
    String author) {

  /** Copies every collection. */
  public ImageConfig {
    environment = List.copyOf(environment);
    entrypoint = entrypoint.map(List::copyOf);
    command = command.map(List::copyOf);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    exposedPorts = List.copyOf(exposedPorts);
    volumes = List.copyOf(volumes);
    shell = shell.map(List::copyOf);
    onBuild = List.copyOf(onBuild);
    history = List.copyOf(history);
  }

  /** The configuration of an image whose author is not known. */
  public ImageConfig(
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
    this(
        platform,
        environment,
        entrypoint,
        command,
        user,
        workingDirectory,
        labels,
        exposedPorts,
        volumes,
        stopSignal,
        healthCheck,
        shell,
        onBuild,
        history,
        "");
  }

  /** What {@code FROM scratch} starts from: nothing but the root as working directory. */
  public static ImageConfig scratch(String platform) {
    return new ImageConfig(
        platform,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        "",
        "/",
        Map.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of());
  }

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
      int retries) {

    public HealthCheck {
      test = List.copyOf(test);
    }
  }

  /**
   * One line of {@code docker history}.
   *
   * @param createdMillis since the epoch
   * @param emptyLayer whether the instruction made no layer
   */
  public record History(long createdMillis, String createdBy, boolean emptyLayer) {}
}
