package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A configuration while a stage's instructions change it. For one thread. */
final class ConfigBuilder {

  private String platform;
  private final List<String> environment;
  private final Map<String, String> labels;
  private final Set<String> exposedPorts;
  private final Set<String> volumes;
  private final List<String> onBuild;
  private Optional<List<String>> entrypoint;
  private Optional<List<String>> command;
  private Optional<List<String>> shell;
  private Optional<String> stopSignal;
  private Optional<ImageConfig.HealthCheck> healthCheck;
  private List<ImageConfig.History> history;
  private String user;
  private String workingDirectory;
  private String author;

  private ConfigBuilder(ImageConfig start) {
    platform = start.platform();
    environment = new ArrayList<>(start.environment());
    labels = new LinkedHashMap<>(start.labels());
    exposedPorts = new LinkedHashSet<>(start.exposedPorts());
    volumes = new LinkedHashSet<>(start.volumes());
    onBuild = new ArrayList<>(start.onBuild());
    entrypoint = start.entrypoint();
    command = start.command();
    shell = start.shell();
    stopSignal = start.stopSignal();
    healthCheck = start.healthCheck();
    history = start.history();
    user = start.user();
    workingDirectory = start.workingDirectory();
    author = start.author();
  }

  static ConfigBuilder of(ImageConfig start) {
    return new ConfigBuilder(start);
  }

  ImageConfig build() {
    return new ImageConfig(
        platform,
        environment,
        entrypoint,
        command,
        user,
        workingDirectory,
        labels,
        List.copyOf(exposedPorts),
        List.copyOf(volumes),
        stopSignal,
        healthCheck,
        shell,
        onBuild,
        history,
        author);
  }

  /** How many variables, labels, ports, volumes and triggers there are. */
  long entries() {
    return (long) environment.size()
        + labels.size()
        + exposedPorts.size()
        + volumes.size()
        + onBuild.size();
  }

  List<String> environment() {
    return List.copyOf(environment);
  }

  String user() {
    return user;
  }

  String workingDirectory() {
    return workingDirectory.isEmpty() ? "/" : workingDirectory;
  }

  /** The words in front of a shell form's line. */
  List<String> shellOrDefault() {
    return shell.filter(words -> !words.isEmpty()).orElse(List.of("/bin/sh", "-c"));
  }

  /** Replaces the variable where it stands, or adds it. */
  ConfigBuilder environment(String name, String value) {
    String variable = name + "=" + value;
    for (int i = 0; i < environment.size(); i++) {
      if (environment.get(i).startsWith(name + "=") || environment.get(i).equals(name)) {
        environment.set(i, variable);
        return this;
      }
    }
    environment.add(variable);
    return this;
  }

  ConfigBuilder label(String name, String value) {
    labels.put(name, value);
    return this;
  }

  ConfigBuilder labels(Map<String, String> more) {
    labels.putAll(more);
    return this;
  }

  ConfigBuilder expose(List<String> ports) {
    exposedPorts.addAll(ports);
    return this;
  }

  ConfigBuilder volumes(List<String> paths) {
    volumes.addAll(paths);
    return this;
  }

  ConfigBuilder onBuild(String expression) {
    onBuild.add(expression);
    return this;
  }

  /** Triggers run once, in the child; they are not handed on to grandchildren. */
  ConfigBuilder clearOnBuild() {
    onBuild.clear();
    return this;
  }

  ConfigBuilder entrypoint(List<String> words) {
    entrypoint = Optional.of(words);
    return this;
  }

  ConfigBuilder command(Optional<List<String>> words) {
    command = words;
    return this;
  }

  ConfigBuilder shell(List<String> words) {
    shell = Optional.of(words);
    return this;
  }

  ConfigBuilder stopSignal(String signal) {
    stopSignal = Optional.of(signal);
    return this;
  }

  ConfigBuilder healthCheck(ImageConfig.HealthCheck check) {
    healthCheck = Optional.of(check);
    return this;
  }

  ConfigBuilder history(List<ImageConfig.History> lines) {
    history = lines;
    return this;
  }

  ConfigBuilder user(String name) {
    user = name;
    return this;
  }

  ConfigBuilder workingDirectory(String path) {
    workingDirectory = path;
    return this;
  }

  /** A variant that the configuration has stays where {@code target} names none, as BuildKit's. */
  ConfigBuilder platform(Platform target) {
    if (!platform.startsWith(target + "/")) {
      platform = target.toString();
    }
    return this;
  }

  ConfigBuilder author(String name) {
    author = name;
    return this;
  }
}
