package io.jenkins.plugins.dockerfilebuild.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A file that a URL names, kept in a folder of its own with what its server said of it: mode 0600,
 * and the time of {@code Last-Modified} or else 1970, as in BuildKit. A server is asked whether the
 * file has changed, and not at all where the checksum that is wanted is that of the kept file. Its
 * name there is its digest, so whoever reads it can see that it is whole.
 */
final class HttpFile {

  private static final String ABOUT = "about.json";
  private static final int OWNER_ONLY = 0600;
  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_REDIRECTS = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final FetchLimits limits;

  HttpFile(Path folder, FetchLimits limits) {
    this.folder = folder;
    this.limits = limits;
  }

  /**
   * What is known of a file.
   *
   * @param tag of its server, {@code ""} for none
   * @param modified as its server says, {@code ""} for unknown
   */
  private record About(Digest digest, String tag, String modified) {

    byte[] encoded() throws IOException {
      return JSON.writeValueAsBytes(
          JSON.createObjectNode()
              .put("digest", digest.toString())
              .put("etag", tag)
              .put("lastModified", modified));
    }

    static About decode(byte[] bytes) throws IOException {
      JsonNode json = JSON.readTree(bytes);
      return new About(
          Digest.parse(json.path("digest").asText()),
          json.path("etag").asText(),
          json.path("lastModified").asText());
    }

    Instant time() {
      try {
        return ZonedDateTime.parse(modified, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      } catch (DateTimeParseException e) {
        return Instant.EPOCH;
      }
    }
  }

  /**
   * Has the file in the folder as it is now, named by its digest.
   *
   * @throws IOException it cannot be had, is too large, or does not hold what it must
   */
  Digest bring(RemoteSource.Download source) throws IOException {
    Optional<About> kept = kept();
    Optional<Digest> wanted = source.checksum();
    if (wanted.isPresent() && kept.map(About::digest).equals(wanted)) {
      return wanted.get();
    }
    Digest digest = ask(source, kept);
    if (wanted.isPresent() && !wanted.get().equals(digest)) {
      throw new IOException(
          "digest mismatch: --checksum says %s, the server sent %s"
              .formatted(wanted.get(), digest));
    }
    return digest;
  }

  /** Forgets a file that is not what its name says. */
  void forget(Digest digest) throws IOException {
    Files.deleteIfExists(folder.resolve(ABOUT));
    Files.deleteIfExists(folder.resolve(digest.hex()));
  }

  private Digest ask(RemoteSource.Download source, Optional<About> kept) throws IOException {
    HttpResponse<InputStream> answer = answer(URI.create(source.url()), kept);
    try (InputStream body = answer.body()) {
      if (answer.statusCode() == OK) {
        return store(answer.headers(), body, kept);
      }
      if (answer.statusCode() == NOT_MODIFIED && kept.isPresent()) {
        return kept.get().digest();
      }
      throw new IOException("the server answered with status " + answer.statusCode());
    }
  }

  /** Follows redirects, none from https to http, as the JDK does, which tells all of them all. */
  private HttpResponse<InputStream> answer(URI asked, Optional<About> kept) throws IOException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(limits.answer()).build();
    Optional<URI> next = Optional.of(asked);
    for (int redirects = 0; ; redirects++) {
      URI now = next.get();
      HttpResponse<InputStream> answer = send(client, request(asked, now, kept));
      next = redirects < MOST_REDIRECTS ? redirect(answer, now) : Optional.empty();
      if (next.isEmpty()) {
        return answer;
      }
      answer.body().close();
    }
  }

  private static Optional<URI> redirect(HttpResponse<?> answer, URI from) throws IOException {
    try {
      return answer
          .headers()
          .firstValue("Location")
          .filter(location -> REDIRECTS.contains(answer.statusCode()))
          .map(from::resolve)
          .filter(to -> to.getHost() != null && mayFollow(from, to));
    } catch (IllegalArgumentException e) {
      throw new IOException("the server sends on to what is no URL", e);
    }
  }

  private static boolean mayFollow(URI from, URI to) {
    return "https".equalsIgnoreCase(to.getScheme())
        || from.getScheme().equalsIgnoreCase(to.getScheme());
  }

  private HttpRequest request(URI asked, URI now, Optional<About> kept) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(UrlCredentials.removed(now.toString())))
            .timeout(limits.answer())
            .GET();
    UrlCredentials.authorization(asked, now)
        .ifPresent(credentials -> request.header("Authorization", credentials));
    kept.ifPresent(
        about -> {
          if (!about.tag().isEmpty()) {
            request.header("If-None-Match", about.tag());
          } else if (!about.modified().isEmpty()) {
            request.header("If-Modified-Since", about.modified());
          }
        });
    return request.build();
  }

  private static HttpResponse<InputStream> send(HttpClient client, HttpRequest request)
      throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (ConnectException e) {
      throw new IOException("no server answers there", e);
    } catch (HttpTimeoutException e) {
      throw new IOException("the server does not answer", e);
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    }
  }

  private Digest store(HttpHeaders headers, InputStream body, Optional<About> before)
      throws IOException {
    MessageDigest digest = Digest.sha256();
    Path incoming = Files.createTempFile(folder, "incoming", "");
    CompletableFuture<Void> limit = closeInTime(body);
    try {
      try (OutputStream out = Files.newOutputStream(incoming)) {
        copy(new DigestInputStream(body, digest), out);
      }
      About about =
          new About(
              Digest.from(digest),
              headers.firstValue("ETag").orElse(""),
              headers.firstValue("Last-Modified").orElse(""));
      Files.setAttribute(incoming, "unix:mode", OWNER_ONLY);
      Files.setLastModifiedTime(incoming, FileTime.from(about.time()));
      Files.move(
          incoming, folder.resolve(about.digest().hex()), StandardCopyOption.REPLACE_EXISTING);
      AtomicFiles.write(folder.resolve(ABOUT), about.encoded());
      if (before.isPresent() && !before.get().digest().equals(about.digest())) {
        Files.deleteIfExists(folder.resolve(before.get().digest().hex()));
      }
      return about.digest();
    } catch (IOException e) {
      throw limit.isDone()
          ? new IOException(
              "the server took longer than %d s".formatted(limits.whole().toSeconds()), e)
          : e;
    } finally {
      limit.cancel(false);
      Files.deleteIfExists(incoming);
    }
  }

  private void copy(InputStream body, OutputStream out) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = limits.bytes();
    for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
      left -= count;
      if (left < 0) {
        throw new IOException("it is larger than " + limits.bytes() + " bytes");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted");
      }
      out.write(buffer, 0, count);
    }
  }

  /** A server that sends a byte now and then must not hold a build for ever. */
  private CompletableFuture<Void> closeInTime(InputStream body) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            body.close();
          } catch (IOException e) {
            // Whoever reads it sees the same.
          }
        },
        CompletableFuture.delayedExecutor(limits.whole().toMillis(), TimeUnit.MILLISECONDS));
  }

  private Optional<About> kept() {
    try {
      About about = About.decode(Files.readAllBytes(folder.resolve(ABOUT)));
      return Optional.of(about).filter(a -> Files.exists(folder.resolve(a.digest().hex())));
    } catch (IOException | IllegalArgumentException nothing) {
      return Optional.empty();
    }
  }
}
