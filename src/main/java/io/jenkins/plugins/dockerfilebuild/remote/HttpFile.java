package io.jenkins.plugins.dockerfilebuild.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.http.HttpCalls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
  private final HttpCalls calls;
  private final long mostBytes;

  HttpFile(Path folder, HttpCalls calls, long mostBytes) {
    this.folder = folder;
    this.calls = calls;
    this.mostBytes = mostBytes;
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

  /** What an answer leads to: the file, or another place to ask at. */
  private record Found(Optional<Digest> file, Optional<URI> elsewhere) {}

  /** Follows redirects, none from https to http, as the JDK does, which tells all of them all. */
  private Digest ask(RemoteSource.Download source, Optional<About> kept) throws IOException {
    URI asked = URI.create(source.url());
    URI now = asked;
    for (int redirects = 0; ; redirects++) {
      URI place = now;
      boolean last = redirects == MOST_REDIRECTS;
      Found found =
          calls.call(request(asked, place, kept), answer -> take(answer, place, last, kept));
      if (found.file().isPresent()) {
        return found.file().get();
      }
      now = found.elsewhere().orElseThrow();
    }
  }

  private Found take(HttpCalls.Answer answer, URI place, boolean last, Optional<About> kept)
      throws IOException {
    Optional<URI> elsewhere = last ? Optional.empty() : redirect(answer, place);
    if (elsewhere.isPresent()) {
      return new Found(Optional.empty(), elsewhere);
    }
    if (answer.status() == NOT_MODIFIED && kept.isPresent()) {
      return new Found(kept.map(About::digest), Optional.empty());
    }
    if (answer.status() != OK) {
      throw new IOException("the server answered with status " + answer.status());
    }
    return new Found(Optional.of(store(answer, kept)), Optional.empty());
  }

  private static Optional<URI> redirect(HttpCalls.Answer answer, URI from) throws IOException {
    try {
      return answer
          .header("Location")
          .filter(location -> REDIRECTS.contains(answer.status()))
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

  private static HttpCalls.Request request(URI asked, URI now, Optional<About> kept) {
    Map<String, String> headers = new HashMap<>();
    UrlCredentials.authorization(asked, now)
        .ifPresent(credentials -> headers.put("Authorization", credentials));
    kept.ifPresent(
        about -> {
          if (!about.tag().isEmpty()) {
            headers.put("If-None-Match", about.tag());
          } else if (!about.modified().isEmpty()) {
            headers.put("If-Modified-Since", about.modified());
          }
        });
    return HttpCalls.Request.get(URI.create(UrlCredentials.removed(now.toString())), headers);
  }

  private Digest store(HttpCalls.Answer answer, Optional<About> before) throws IOException {
    MessageDigest digest = Digest.sha256();
    Path incoming = Files.createTempFile(folder, "incoming", "");
    try {
      try (OutputStream out = Files.newOutputStream(incoming)) {
        copy(new DigestInputStream(answer.body(), digest), out);
      }
      About about =
          new About(
              Digest.from(digest),
              answer.header("ETag").orElse(""),
              answer.header("Last-Modified").orElse(""));
      Files.setAttribute(incoming, "unix:mode", OWNER_ONLY);
      Files.setLastModifiedTime(incoming, FileTime.from(about.time()));
      Files.move(
          incoming, folder.resolve(about.digest().hex()), StandardCopyOption.REPLACE_EXISTING);
      AtomicFiles.write(folder.resolve(ABOUT), about.encoded());
      if (before.isPresent() && !before.get().digest().equals(about.digest())) {
        Files.deleteIfExists(folder.resolve(before.get().digest().hex()));
      }
      return about.digest();
    } finally {
      Files.deleteIfExists(incoming);
    }
  }

  private void copy(InputStream body, OutputStream out) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = mostBytes;
    for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
      left -= count;
      if (left < 0) {
        throw new IOException("it is larger than " + mostBytes + " bytes");
      }
      out.write(buffer, 0, count);
    }
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
