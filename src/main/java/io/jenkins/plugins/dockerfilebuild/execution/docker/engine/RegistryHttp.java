package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests to one registry, with a token where it wants one (the Docker registry's token
 * authentication). Thread-safe.
 */
public final class RegistryHttp {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * What a registry may answer at most; the specification asks for 4 MiB of a manifest at least.
   */
  private static final int MOST_BYTES = 4 << 20;

  private static final Pattern PARAMETER = Pattern.compile("([a-z]+)=\"([^\"]*)\"");

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(20))
          // Manifests are not redirected, and a login must not follow to another host.
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  private final String base;
  private final Optional<RegistryLogin> login;
  private final Duration patience;

  /** The header that the registry took last; empty: none was asked for. */
  private volatile Optional<String> authorization = Optional.empty();

  /**
   * @param plain whether the registry may be spoken to without TLS
   */
  public RegistryHttp(String host, boolean plain, Optional<RegistryLogin> login) {
    this(host, plain, login, PATIENCE);
  }

  /**
   * @param patience with an answer's head, and with the rest of it
   */
  RegistryHttp(String host, boolean plain, Optional<RegistryLogin> login, Duration patience) {
    this.base = (plain ? "http://" : "https://") + host;
    this.login = login;
    this.patience = patience;
  }

  /** An answer as a whole. */
  record Answer(int status, HttpHeaders headers, Bytes body) {}

  Answer get(String path, Map<String, String> headers) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).GET();
    headers.forEach(request::setHeader);
    return authorized(request);
  }

  Answer put(String path, String type, byte[] body) throws IOException {
    return authorized(
        HttpRequest.newBuilder(URI.create(base + path))
            .setHeader("Content-Type", type)
            .PUT(BodyPublishers.ofByteArray(body)));
  }

  /** Sends the request, once more with what the registry asks for if it does. */
  private Answer authorized(HttpRequest.Builder request) throws IOException {
    authorization.ifPresent(header -> request.setHeader("Authorization", header));
    Answer answer = send(request);
    Optional<String> challenge = answer.headers().firstValue("WWW-Authenticate");
    if (answer.status() != 401 || challenge.isEmpty()) {
      return answer;
    }
    authorization = answerTo(challenge.get());
    authorization.ifPresent(header -> request.setHeader("Authorization", header));
    return authorization.isPresent() ? send(request) : answer;
  }

  private Answer send(HttpRequest.Builder request) throws IOException {
    try {
      HttpResponse<InputStream> head =
          http.send(request.timeout(patience).build(), HttpResponse.BodyHandlers.ofInputStream());
      return new Answer(head.statusCode(), head.headers(), body(head.body()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while speaking to the registry");
    }
  }

  /** The request's own timeout ends with the head of the answer. */
  private Bytes body(InputStream stream) throws IOException {
    AtomicBoolean late = new AtomicBoolean();
    CompletableFuture<Void> limit =
        CompletableFuture.runAsync(
            () -> {
              late.set(true);
              close(stream);
            },
            CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS));
    try (stream) {
      byte[] body = stream.readNBytes(MOST_BYTES + 1);
      if (body.length > MOST_BYTES) {
        throw new IOException("the registry answers with more than " + MOST_BYTES + " bytes");
      }
      return Bytes.of(body);
    } catch (IOException e) {
      throw late.get() ? new IOException("the registry does not end its answer", e) : e;
    } finally {
      limit.cancel(false);
    }
  }

  private static void close(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // Whoever reads it sees the same.
    }
  }

  private Optional<String> answerTo(String challenge) throws IOException {
    if (challenge.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length())) {
      Map<String, String> asked = new HashMap<>();
      for (Matcher found = PARAMETER.matcher(challenge); found.find(); ) {
        asked.put(found.group(1), found.group(2));
      }
      return Optional.of("Bearer " + token(asked));
    }
    return login.filter(known -> !known.isToken()).map(RegistryHttp::basic);
  }

  private static String basic(RegistryLogin login) {
    String pair = login.username() + ":" + login.password();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  private String token(Map<String, String> asked) throws IOException {
    String realm = asked.getOrDefault("realm", "");
    if (!mayLogInAt(realm)) {
      throw new IOException("the registry sends whoever logs in to \"" + realm + "\"");
    }
    String query =
        "service=%s&scope=%s"
            .formatted(
                encoded(asked.getOrDefault("service", "")),
                encoded(asked.getOrDefault("scope", "")));
    Answer answer = send(tokenRequest(realm, query));
    refuseFailure(answer, "a login");
    JsonNode granted = JSON.readTree(answer.body().toArray());
    return granted.path("token").asText(granted.path("access_token").asText(""));
  }

  /**
   * A registry without TLS is its own realm, or names one with TLS: nobody else hears the login.
   */
  private boolean mayLogInAt(String realm) {
    try {
      URI place = new URI(realm);
      return place.getHost() != null
          && (realm.startsWith("https://") || realm.startsWith(base + "/"));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private HttpRequest.Builder tokenRequest(String realm, String query) {
    if (login.filter(RegistryLogin::isToken).isPresent()) {
      String form =
          "grant_type=refresh_token&client_id=dockerfile-build&refresh_token="
              + encoded(login.get().password());
      return HttpRequest.newBuilder(URI.create(realm))
          .setHeader("Content-Type", "application/x-www-form-urlencoded")
          .POST(BodyPublishers.ofString(form + "&" + query));
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(realm + (realm.contains("?") ? "&" : "?") + query));
    login.ifPresent(known -> request.setHeader("Authorization", basic(known)));
    return request;
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, UTF_8);
  }

  /**
   * @param what was asked for, for the message
   */
  static void refuseFailure(Answer answer, String what) throws IOException {
    if (answer.status() >= 300) {
      throw new IOException(
          "the registry answers %d to %s%s"
              .formatted(answer.status(), what, reason(answer.body().toArray())));
    }
  }

  /** The registry's own words, where they are those of the specification. */
  private static String reason(byte[] body) {
    try {
      String message = JSON.readTree(body).path("errors").path(0).path("message").asText("");
      return message.isEmpty() ? "" : ": " + message;
    } catch (IOException e) {
      return "";
    }
  }
}
