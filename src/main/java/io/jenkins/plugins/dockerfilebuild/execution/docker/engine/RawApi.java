package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.transport.DockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The calls that docker-java has no command for, or whose command drops part of the answer: its
 * image inspection knows only some fields of a configuration, and its import closes the connection
 * after the first progress message, while the engine still reads the archive (3.7.1). And the calls
 * that every build makes: a tree of JSON is read without a class for each answer, of which Jackson
 * learns the fields by reflection first; that was a quarter of a short build. Thread-safe.
 */
public record RawApi(Engine engine) {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int MOST_OF_REFUSAL = 1 << 16;

  /** What the engine says of itself. */
  public JsonNode info() {
    return get("/info").orElseThrow(() -> new NotFoundException("the engine does not know /info"));
  }

  /** The inspection of an image, by name or id, with every field. */
  Optional<JsonNode> inspectImage(String reference) {
    return get("/images/" + segments(reference) + "/json");
  }

  /** The manifests of a list of platforms, from engines that keep such lists (API 1.48). */
  Stream<JsonNode> manifests(String reference) {
    return get("/images/" + segments(reference) + "/json?manifests=1").stream()
        .flatMap(image -> StreamSupport.stream(image.path("Manifests").spliterator(), false));
  }

  /** The inspection of a container, with every field. */
  public JsonNode inspectContainer(String containerId) {
    return get("/containers/" + containerId + "/json")
        .orElseThrow(() -> new NotFoundException("container " + containerId + " is gone"));
  }

  /** The lines of an image's history, newest first; empty if the image is gone. */
  JsonNode history(String reference) {
    return get("/images/" + segments(reference) + "/history").orElseGet(JSON::createArrayNode);
  }

  /** A line for each image that has a label, those without a name too. */
  JsonNode images(String label) {
    return get("/images/json?all=true" + labelled(label)).orElseGet(JSON::createArrayNode);
  }

  /** A line for each container that has a label, running or not. */
  public JsonNode containers(String label) {
    return get("/containers/json?all=true" + labelled(label)).orElseGet(JSON::createArrayNode);
  }

  /** Volumes that have a label, below {@code Volumes}. */
  public JsonNode volumes(String label) {
    return get("/volumes?" + labelled(label)).orElseGet(JSON::createObjectNode);
  }

  /**
   * @param label {@code name} or {@code name=value}
   */
  private static String labelled(String label) {
    ObjectNode filters = JSON.createObjectNode();
    filters.putArray("label").add(label);
    return "&filters=" + encoded(filters.toString());
  }

  /** Empty where the engine answers that there is no such thing. */
  private Optional<JsonNode> get(String path) {
    var request =
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.GET)
            .path(path)
            .build();
    return engine.askHttp(
        http -> {
          try (var response = http.execute(request)) {
            if (response.getStatusCode() == 404) {
              return Optional.empty();
            }
            refuseFailure(response);
            return Optional.of(JSON.readTree(response.getBody()));
          }
        });
  }

  /** {@code docker load}; answers what the engine says of it, such as the loaded image's id. */
  public String load(InputStream archive) {
    return post("/images/load?quiet=1", "application/x-tar", archive).path("stream").asText();
  }

  /**
   * {@code docker save}.
   *
   * @param names of one image, which it keeps in the archive, or its id
   */
  public void save(List<String> names, OutputStream out) {
    String query = names.stream().map(name -> "names=" + encoded(name)).collect(joining("&"));
    var request =
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.GET)
            .path("/images/get?" + query)
            .build();
    engine.awaitHttp(
        http -> {
          try (var response = http.execute(request)) {
            refuseFailure(response);
            return response.getBody().transferTo(out);
          }
        });
  }

  /**
   * Makes an image of one layer from the tar of a root file system.
   *
   * @param reference {@code name:tag}, or {@code ""} for an image without a name
   * @return its id
   */
  public String importRootFileSystem(String reference, InputStream tar) {
    return importRootFileSystem(reference, Map.of(), tar);
  }

  /**
   * As {@link #importRootFileSystem(String, InputStream)}.
   *
   * @param labels words without blanks or quotes
   */
  public String importRootFileSystem(
      String reference, Map<String, String> labels, InputStream tar) {
    String target = "/images/create?fromSrc=-&repo=" + encoded(reference) + changes(labels);
    return lastStatus(post(target, "application/x-tar", tar));
  }

  /**
   * Makes an image of a container, which is not stopped for it. Labels are given as an instruction:
   * Podman takes nothing of the request's body, which must be there (seen on 4.3.1).
   *
   * @param labels words without blanks or quotes
   * @param message for the image's history
   * @return the image's id
   */
  public String commit(String containerId, Map<String, String> labels, String message) {
    String id =
        post(
                "/commit?pause=false&container=%s&comment=%s%s"
                    .formatted(containerId, encoded(message), changes(labels)),
                "application/json",
                new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8)))
            .path("Id")
            .asText();
    return id.startsWith("sha256:") ? id : "sha256:" + id;
  }

  private static String changes(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(label -> "&changes=" + encoded("LABEL " + label))
            .collect(joining());
  }

  private static String lastStatus(JsonNode message) {
    return message.path("status").asText();
  }

  /** Posts a stream, reads all progress messages, and answers the last. */
  private JsonNode post(String path, String contentType, InputStream body) {
    var request =
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.POST)
            .path(path)
            .putHeader("Content-Type", contentType)
            .body(body)
            .build();
    return engine.awaitHttp(
        http -> {
          try (var response = http.execute(request)) {
            refuseFailure(response);
            return lastMessage(response.getBody());
          }
        });
  }

  private static JsonNode lastMessage(InputStream body) throws IOException {
    JsonNode last = JSON.createObjectNode();
    try (MappingIterator<JsonNode> messages = JSON.readerFor(JsonNode.class).readValues(body)) {
      while (messages.hasNext()) {
        last = messages.next();
        refuseError(last);
      }
    }
    return last;
  }

  /** Its text stands in two fields, of which API 1.48 and later may leave out {@code error}. */
  private static void refuseError(JsonNode message) {
    if (message.has("error") || message.has("errorDetail")) {
      String text = message.path("errorDetail").path("message").asText();
      throw new DockerException(text.isEmpty() ? message.path("error").asText() : text, 500);
    }
  }

  /** Throws what the engine says where it does not do what it was asked. */
  static void refuseFailure(DockerHttpClient.Response response) throws IOException {
    int status = response.getStatusCode();
    if (status >= 400) {
      String message = message(status, response.getBody().readNBytes(MOST_OF_REFUSAL));
      throw status == 404 ? new NotFoundException(message) : new DockerException(message, status);
    }
  }

  /** What is no JSON is not of an engine, but of what stands before it, as for HTTP without TLS. */
  private static String message(int status, byte[] body) throws IOException {
    try {
      return JSON.readTree(body).path("message").asText();
    } catch (JsonProcessingException e) {
      String text = new String(body, StandardCharsets.UTF_8).strip();
      throw new IOException("it answers %d: %s".formatted(status, text), e);
    }
  }

  /** A reference as part of a path; one that would lead elsewhere names no image. */
  private static String segments(String reference) {
    if (Arrays.asList(reference.split("/", -1)).contains("..")) {
      throw new NotFoundException("no image can be called " + reference);
    }
    return encoded(reference).replace("%2F", "/").replace("%3A", ":").replace("%40", "@");
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
