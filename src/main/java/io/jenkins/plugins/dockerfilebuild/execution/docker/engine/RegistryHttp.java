package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.http.HttpCalls;
import io.jenkins.plugins.dockerfilebuild.http.HttpCalls.Request;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests to one registry, with a token where it wants one (the Docker registry's token
 * authentication). Thread-safe.
 */
public final class RegistryHttp {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What a registry may answer at most; the specification asks for 4 MiB of a manifest at least.
   */
  private static final int MOST_BYTES = 4 << 20;

  private static final Pattern PARAMETER = Pattern.compile("([a-z]+)=\"([^\"]*)\"");

  private final HttpCalls calls;
  private final String base;
  private final Optional<RegistryLogin> login;

  /** The header that the registry took last; empty: none was asked for. */
  private volatile Optional<String> authorization = Optional.empty();

  /**
   * @param calls follow no redirects: manifests are not redirected, and a login must not follow to
   *     another host
   * @param base {@code http://HOST[:PORT]}, or with TLS
   */
  RegistryHttp(HttpCalls calls, String base, Optional<RegistryLogin> login) {
    this.calls = calls;
    this.base = base;
    this.login = login;
  }

  /**
   * An answer as a whole.
   *
   * @param challenge what the registry wants to be told of who asks
   */
  record Answer(int status, Optional<String> challenge, Bytes body) {}

  Answer get(String path, Map<String, String> headers) throws IOException {
    return authorized(Request.get(URI.create(base + path), headers));
  }

  Answer put(String path, String type, byte[] body) throws IOException {
    return authorized(
        new Request(
            "PUT",
            URI.create(base + path),
            Map.of("Content-Type", type),
            Optional.of(Bytes.owning(body))));
  }

  /** Sends the request, once more with what the registry asks for if it does. */
  private Answer authorized(Request request) throws IOException {
    Answer answer = send(with(request, authorization));
    if (answer.status() != 401 || answer.challenge().isEmpty()) {
      return answer;
    }
    authorization = answerTo(answer.challenge().get());
    return authorization.isPresent() ? send(with(request, authorization)) : answer;
  }

  private static Request with(Request request, Optional<String> authorization) {
    return authorization.map(header -> request.with("Authorization", header)).orElse(request);
  }

  private Answer send(Request request) throws IOException {
    try {
      return calls.call(request, RegistryHttp::read);
    } catch (InterruptedIOException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while speaking to the registry");
    }
  }

  private static Answer read(HttpCalls.Answer answer) throws IOException {
    byte[] body = answer.body().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      throw new IOException("the registry answers with more than " + MOST_BYTES + " bytes");
    }
    return new Answer(answer.status(), answer.header("WWW-Authenticate"), Bytes.owning(body));
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

  private Request tokenRequest(String realm, String query) {
    if (login.filter(RegistryLogin::isToken).isPresent()) {
      String form =
          "grant_type=refresh_token&client_id=dockerfile-build&refresh_token="
              + encoded(login.get().password());
      return new Request(
          "POST",
          URI.create(realm),
          Map.of("Content-Type", "application/x-www-form-urlencoded"),
          Optional.of(Bytes.utf8(form + "&" + query)));
    }
    URI uri = URI.create(realm + (realm.contains("?") ? "&" : "?") + query);
    return with(Request.get(uri, Map.of()), login.map(RegistryHttp::basic));
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
