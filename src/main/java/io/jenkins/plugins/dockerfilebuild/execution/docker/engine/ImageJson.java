package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig.HealthCheck;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig.History;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads what an engine says of an image, and writes image configurations (OCI image specification,
 * {@code config.md}, with Docker's additions).
 */
public final class ImageJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Comment of a layer that belongs to the step above it and has no line of its own. */
  public static final String PART_OF_NEXT = "io.jenkins.dockerfile-build: part of the next layer";

  /** Begin of a line of history that makes no layer; Docker's first builder has words before. */
  private static final Pattern OF_CONFIGURATION =
      Pattern.compile(
          "(?:/bin/sh -c #\\(nop\\))?\\s*(?:ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL"
              + "|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME)\\b");

  private ImageJson() {}

  /** As {@link #description(String, JsonNode, JsonNode)}, of an image that was asked for by id. */
  static ImageDescription description(JsonNode inspection, JsonNode history) {
    return description("", inspection, history);
  }

  /**
   * @param reference that it was asked for by: an engine tells the digests of all repositories that
   *     have the image, in the order of their names
   * @param inspection of the image
   * @param history the engine's history of it, newest first
   */
  static ImageDescription description(String reference, JsonNode inspection, JsonNode history) {
    String platform = platform(inspection);
    List<String> digests = texts(inspection.path("RepoDigests"));
    RegistryName wanted = RegistryName.parse(reference);
    return new ImageDescription(
        inspection.path("Id").asText(),
        digests.stream()
            .filter(digest -> wanted.isOfSameRepository(RegistryName.parse(digest)))
            .findFirst()
            .or(() -> digests.stream().findFirst()),
        platform,
        layers(inspection),
        config(platform, inspection, history),
        millis(inspection.path("Created").asText()),
        inspection.path("Size").asLong());
  }

  private static String platform(JsonNode inspection) {
    return new Platform(
            inspection.path("Os").asText("linux"),
            inspection.path("Architecture").asText(),
            inspection.path("Variant").asText(""))
        .toString();
  }

  static List<Digest> layers(JsonNode inspection) {
    return texts(inspection.path("RootFS").path("Layers")).stream().map(Digest::parse).toList();
  }

  /** The layers that a configuration file names, lowest first. */
  static List<Digest> diffIds(JsonNode configuration) {
    return texts(configuration.at("/rootfs/diff_ids")).stream().map(Digest::parse).toList();
  }

  private static ImageConfig config(String platform, JsonNode inspection, JsonNode history) {
    JsonNode config = inspection.path("Config");
    return new ImageConfig(
        platform,
        texts(config.path("Env")),
        some(texts(config.path("Entrypoint"))),
        some(texts(config.path("Cmd"))),
        config.path("User").asText(""),
        config.path("WorkingDir").asText(""),
        labels(config.path("Labels")),
        names(config.path("ExposedPorts")),
        names(config.path("Volumes")),
        some(config.path("StopSignal").asText("")),
        healthCheck(config.path("Healthcheck")),
        some(texts(config.path("Shell"))),
        texts(config.path("OnBuild")),
        history(history, layers(inspection).size()),
        inspection.path("Author").asText(""));
  }

  private static Optional<List<String>> some(List<String> words) {
    return words.isEmpty() ? Optional.empty() : Optional.of(words);
  }

  private static Optional<String> some(String word) {
    return word.isEmpty() ? Optional.empty() : Optional.of(word);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Labels as an engine writes them; {@code null} is none. */
  static Map<String, String> labels(JsonNode object) {
    Map<String, String> labels = new LinkedHashMap<>();
    names(object).forEach(name -> labels.put(name, object.path(name).asText()));
    return labels;
  }

  private static Optional<HealthCheck> healthCheck(JsonNode check) {
    if (!check.has("Test")) {
      return Optional.empty();
    }
    return Optional.of(
        new HealthCheck(
            texts(check.path("Test")),
            check.path("Interval").asLong(),
            check.path("Timeout").asLong(),
            check.path("StartPeriod").asLong(),
            check.path("StartInterval").asLong(),
            check.path("Retries").asInt()));
  }

  /**
   * The engine tells sizes, not whether a line made a layer. One with bytes did. Layers that are
   * left, which hold no more than directories or links, or nothing as of a RUN of BuildKit's that
   * changed nothing, belong to the oldest of the other lines that may make one.
   */
  private static List<History> history(JsonNode newestFirst, int layers) {
    List<JsonNode> lines = new ArrayList<>();
    int left = layers;
    for (JsonNode line : newestFirst) {
      boolean own = !line.path("Comment").asText().equals(PART_OF_NEXT);
      left -= !own || hasBytes(line) ? 1 : 0;
      if (own) {
        lines.add(0, line);
      }
    }
    List<History> history = new ArrayList<>();
    for (JsonNode line : lines) {
      String createdBy = line.path("CreatedBy").asText("");
      boolean bare =
          !hasBytes(line) && left > 0 && !OF_CONFIGURATION.matcher(createdBy).lookingAt();
      left -= bare ? 1 : 0;
      history.add(
          new History(line.path("Created").asLong() * 1000, createdBy, !hasBytes(line) && !bare));
    }
    return history;
  }

  private static boolean hasBytes(JsonNode line) {
    return line.path("Size").asLong() != 0;
  }

  private static long millis(String timestamp) {
    try {
      return Instant.parse(timestamp).toEpochMilli();
    } catch (DateTimeParseException e) {
      return 0;
    }
  }

  /** The configuration file of an image with these layers. */
  static byte[] file(ImageConfig config, List<Digest> layers) {
    Platform platform = Platform.parse(config.platform());
    ObjectNode file = JSON.createObjectNode();
    file.put("architecture", platform.architecture());
    if (!platform.variant().isEmpty()) {
      file.put("variant", platform.variant());
    }
    if (!config.author().isEmpty()) {
      file.put("author", config.author());
    }
    file.put("os", platform.os());
    List<History> history = config.history();
    long created = history.isEmpty() ? 0 : history.get(history.size() - 1).createdMillis();
    file.put("created", Instant.ofEpochMilli(created).toString());
    file.set("config", settings(config));
    write(history, layers.size(), file.putArray("history"));
    ObjectNode rootfs = file.putObject("rootfs").put("type", "layers");
    ArrayNode diffIds = rootfs.putArray("diff_ids");
    layers.forEach(layer -> diffIds.add(layer.toString()));
    return file.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static ObjectNode settings(ImageConfig config) {
    ObjectNode settings = JSON.createObjectNode();
    array(settings, "Env", config.environment());
    config.entrypoint().ifPresent(words -> array(settings, "Entrypoint", words));
    config.command().ifPresent(words -> array(settings, "Cmd", words));
    text(settings, "User", config.user());
    text(settings, "WorkingDir", config.workingDirectory());
    set(settings, "ExposedPorts", config.exposedPorts());
    set(settings, "Volumes", config.volumes());
    array(settings, "OnBuild", config.onBuild());
    config.stopSignal().ifPresent(signal -> text(settings, "StopSignal", signal));
    config.shell().ifPresent(words -> array(settings, "Shell", words));
    config.healthCheck().ifPresent(check -> healthCheck(settings, check));
    if (!config.labels().isEmpty()) {
      ObjectNode labels = settings.putObject("Labels");
      config.labels().forEach(labels::put);
    }
    return settings;
  }

  private static void healthCheck(ObjectNode settings, HealthCheck check) {
    ObjectNode node = settings.putObject("Healthcheck");
    array(node, "Test", check.test());
    number(node, "Interval", check.intervalNanos());
    number(node, "Timeout", check.timeoutNanos());
    number(node, "StartPeriod", check.startPeriodNanos());
    number(node, "StartInterval", check.startIntervalNanos());
    number(node, "Retries", check.retries());
  }

  private static void number(ObjectNode node, String name, long value) {
    if (value != 0) {
      node.put(name, value);
    }
  }

  private static void text(ObjectNode node, String name, String value) {
    if (!value.isEmpty()) {
      node.put(name, value);
    }
  }

  private static void array(ObjectNode node, String name, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = node.putArray(name);
      values.forEach(array::add);
    }
  }

  private static void set(ObjectNode node, String name, List<String> values) {
    if (!values.isEmpty()) {
      ObjectNode object = node.putObject(name);
      values.forEach(object::putObject);
    }
  }

  /** Engines refuse a history that speaks of more layers than there are. */
  private static void write(List<History> history, int layers, ArrayNode array) {
    int left = layers;
    for (History line : history) {
      boolean layer = !line.emptyLayer() && left > 0;
      left -= layer ? 1 : 0;
      ObjectNode node = array.addObject();
      node.put("created", Instant.ofEpochMilli(line.createdMillis()).toString());
      node.put("created_by", line.createdBy());
      if (!layer) {
        node.put("empty_layer", true);
      }
    }
  }
}
