package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.transport.DockerHttpClient;
import io.jenkins.plugins.dockerfilebuild.content.FileNames;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Optional;

/**
 * {@link ContainerFiles} by the engine's archive API ({@code /containers/{id}/archive}).
 * Thread-safe as far as the container's content is left alone meanwhile.
 *
 * <p>While it answers, the engine mounts the container's binds and volumes, and it makes the mount
 * points that are missing: what is asked of a container with mounts is answered through them.
 */
record ArchiveApiFiles(Engine engine, String containerId) implements ContainerFiles {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STAT_HEADER = "X-Docker-Container-Path-Stat";

  // Bits of Go's os.FileMode, the form in which the engine tells a mode.
  private static final long GO_DIRECTORY = 1L << 31;
  private static final long GO_SYMLINK = 1L << 27;
  private static final long GO_SPECIAL = 1L << 26 | 1L << 25 | 1L << 24 | 1L << 21 | 1L << 19;
  private static final long GO_SETUID = 1L << 23;
  private static final long GO_SETGID = 1L << 22;
  private static final long GO_STICKY = 1L << 20;

  @Override
  public Optional<PathStat> stat(String path) throws IOException {
    var request =
        DockerHttpClient.Request.builder()
            // The transport passes any method on; docker-java's list of them lacks HEAD.
            .method("HEAD")
            .path("/containers/" + containerId + "/archive?path=" + encoded(path))
            .build();
    record Answer(int status, String stat) {}
    Answer answer =
        engine.askHttp(
            http -> {
              try (var response = http.execute(request)) {
                return new Answer(response.getStatusCode(), response.getHeader(STAT_HEADER));
              }
            });
    if (answer.status == 200) {
      return Optional.of(parse(Base64.getDecoder().decode(answer.stat)));
    }
    if (answer.status == 404) {
      return Optional.empty();
    }
    return absentBelowFile(path);
  }

  /** A HEAD tells no reason; the engine answers 500 where a file stands in the way of a path. */
  private Optional<PathStat> absentBelowFile(String path) throws IOException {
    try {
      read(path).close();
      throw new IOException("the engine told nothing of " + path);
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("not a directory")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static PathStat parse(byte[] json) throws IOException {
    JsonNode stat = JSON.readTree(json);
    long mode = stat.path("mode").asLong();
    return new PathStat(
        stat.path("name").asText(),
        kind(mode),
        unixMode(mode),
        stat.path("size").asLong(),
        modified(stat.path("mtime").asText()),
        stat.path("linkTarget").asText());
  }

  private static Instant modified(String rfc3339) throws IOException {
    try {
      return OffsetDateTime.parse(rfc3339).toInstant();
    } catch (DateTimeParseException e) {
      throw new IOException("the engine told a time that is none: " + rfc3339, e);
    }
  }

  private static Kind kind(long goMode) {
    if ((goMode & GO_DIRECTORY) != 0) {
      return Kind.DIRECTORY;
    }
    if ((goMode & GO_SYMLINK) != 0) {
      return Kind.SYMLINK;
    }
    return (goMode & GO_SPECIAL) != 0 ? Kind.OTHER : Kind.FILE;
  }

  private static int unixMode(long goMode) {
    return (int) (goMode & 0777)
        | ((goMode & GO_SETUID) != 0 ? 04000 : 0)
        | ((goMode & GO_SETGID) != 0 ? 02000 : 0)
        | ((goMode & GO_STICKY) != 0 ? 01000 : 0);
  }

  @Override
  public InputStream read(String path) throws IOException {
    try {
      return engine.askHttp(http -> body(http.execute(archive(path))));
    } catch (NotFoundException e) {
      throw new java.nio.file.NoSuchFileException(path);
    } catch (DockerException e) {
      throw new IOException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Not compressed: the engine packs an archive with gzip for whoever takes that, as docker-java's
   * transport does for all, and so reads 200 MB in 4 s instead of 0.4.
   */
  private DockerHttpClient.Request archive(String path) {
    return DockerHttpClient.Request.builder()
        .method(DockerHttpClient.Request.Method.GET)
        .path("/containers/" + containerId + "/archive?path=" + encoded(path))
        .putHeader("Accept-Encoding", "identity")
        .build();
  }

  private InputStream body(DockerHttpClient.Response response) throws IOException {
    boolean refused = true;
    try {
      RawApi.refuseFailure(response);
      refused = false;
    } finally {
      if (refused) {
        response.close();
      }
    }
    return new WatchedBody(engine, response, Engine.BETWEEN_PINGS);
  }

  @Override
  public void write(String directory, InputStream tar) throws IOException {
    try {
      engine.await(
          docker ->
              docker
                  .copyArchiveToContainerCmd(containerId)
                  .withRemotePath(directory)
                  .withNoOverwriteDirNonDir(true)
                  .withTarInputStream(tar)
                  .exec());
    } catch (DockerException e) {
      throw new IOException("cannot write to " + directory + ": " + e.getMessage(), e);
    }
  }

  /** By its bytes, which need not be text. */
  private static String encoded(String path) {
    String bytes = new String(FileNames.bytes(path), StandardCharsets.ISO_8859_1);
    return URLEncoder.encode(bytes, StandardCharsets.ISO_8859_1);
  }
}
