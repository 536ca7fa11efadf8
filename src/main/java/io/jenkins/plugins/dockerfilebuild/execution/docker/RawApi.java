package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The calls that docker-java has no command for, or whose command drops part of the answer: its
 * image inspection knows only some fields of a configuration, and its import closes the connection
 * after the first progress message, while the engine still reads the archive (3.7.1). Thread-safe.
 */
record RawApi(Engine engine) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The inspection of an image, by name or id, with every field. */
  Optional<JsonNode> inspectImage(String reference) {
    var request =
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.GET)
            .path("/images/" + reference + "/json")
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

  /** Where the storage driver keeps a container's layers, as {@code docker inspect} tells it. */
  Map<String, String> graphDriverData(String containerId) {
    var request =
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.GET)
            .path("/containers/" + containerId + "/json")
            .build();
    return engine.askHttp(
        http -> {
          try (var response = http.execute(request)) {
            refuseFailure(response);
            Map<String, String> data = new HashMap<>();
            JsonNode driver = JSON.readTree(response.getBody()).path("GraphDriver").path("Data");
            driver.properties().forEach(f -> data.put(f.getKey(), f.getValue().asText()));
            return data;
          }
        });
  }

  /** The lines of an image's history, newest first; empty if the image is gone. */
  JsonNode history(String reference) {
    var request =
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.GET)
            .path("/images/" + reference + "/history")
            .build();
    return engine.askHttp(
        http -> {
          try (var response = http.execute(request)) {
            if (response.getStatusCode() == 404) {
              return JSON.createArrayNode();
            }
            refuseFailure(response);
            return JSON.readTree(response.getBody());
          }
        });
  }

  /** {@code docker load}; answers what the engine says of it, such as the loaded image's id. */
  String load(InputStream archive) {
    return post("/images/load?quiet=1", "application/x-tar", archive).path("stream").asText();
  }

  /** {@code docker save} of one image. */
  void save(String imageId, OutputStream out) {
    var request =
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.GET)
            .path("/images/" + imageId + "/get")
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
  String importRootFileSystem(String reference, InputStream tar) {
    return lastStatus(
        post("/images/create?fromSrc=-&repo=" + encoded(reference), "application/x-tar", tar));
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
        if (last.has("error")) {
          throw new DockerException(last.path("error").asText(), 500);
        }
      }
    }
    return last;
  }

  private static void refuseFailure(DockerHttpClient.Response response) throws IOException {
    int status = response.getStatusCode();
    if (status >= 400) {
      String message = JSON.readTree(response.getBody()).path("message").asText();
      throw status == 404 ? new NotFoundException(message) : new DockerException(message, status);
    }
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
