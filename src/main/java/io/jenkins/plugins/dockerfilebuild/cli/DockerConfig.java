package io.jenkins.plugins.dockerfilebuild.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;
import io.jenkins.plugins.dockerfilebuild.report.PrintableText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What {@code config.json} of {@code $DOCKER_CONFIG}, or of {@code ~/.docker}, says: the logins
 * that {@code docker login} has left, and the proxies for commands of builds. A helper that the
 * file names for a registry ({@code credHelpers}) or for all ({@code credsStore}) is asked first,
 * as the docker command does; see {@link CredentialHelper}. The file is read when it is first
 * needed. One that is damaged counts as one that says nothing, as with the docker command, unless
 * whoever is told of it fails.
 */
final class DockerConfig implements RegistryLogins {

  /** What the file calls Docker Hub. */
  private static final String HUB_KEY = "https://index.docker.io/v1/";

  /** {@code httpProxy} in the file is the build argument {@code HTTP_PROXY}, and so on. */
  private static final List<String> PROXIES = List.of("http", "https", "ftp", "no", "all");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final String searchPath;
  private final Consumer<CommandFailure> damaged;
  // Null until it was read; guarded by this.
  private JsonNode config;

  /**
   * @param searchPath where helpers are found, as in {@code PATH}
   * @param damaged is told what in the file cannot be read, and may throw it
   */
  DockerConfig(Path file, String searchPath, Consumer<CommandFailure> damaged) {
    this.file = file;
    this.searchPath = searchPath;
    this.damaged = damaged;
  }

  /**
   * @param required whether the command fails rather than warns where the file is damaged: a push
   *     without the logins that the user has would be refused when all is built
   */
  static DockerConfig of(CommandIo io, boolean required) {
    Path folder =
        io.variable("DOCKER_CONFIG")
            .map(Path::of)
            .or(() -> io.home().map(home -> home.resolve(".docker")))
            .orElse(Path.of("/nonexistent"));
    return new DockerConfig(
        folder.resolve("config.json"),
        io.variable("PATH").orElse(""),
        failure -> {
          if (required) {
            throw failure;
          }
          io.err().println("warning: " + PrintableText.of(failure.getMessage()));
          io.err().println("  the build goes on without it");
          failure.details().forEach(detail -> io.err().println("  " + detail));
          io.err().flush();
        });
  }

  /**
   * @throws CommandFailure a helper fails
   */
  @Override
  public Optional<RegistryLogin> of(String registry) {
    String key = registry.equals(DOCKER_HUB) ? HUB_KEY : registry;
    JsonNode known = config();
    JsonNode helpers = known.path("credHelpers");
    // The docker command knows Docker Hub by its whole key alone.
    JsonNode own = helpers.path(helpers.has(key) ? key : hostname(key));
    String helper = own.asText(known.path("credsStore").asText(""));
    Optional<RegistryLogin> login =
        helper.isEmpty()
            ? Optional.empty()
            : new CredentialHelper(helper, searchPath).get(registry, key);
    return login.isPresent()
        ? login
        : entry(known.path("auths"), key).flatMap(e -> of(e, registry));
  }

  /**
   * Build arguments with the proxies that the file has for an engine, or for all ({@code default}).
   * One that is given, in whatever case, counts alone: an empty value is no proxy.
   *
   * @param given what the user gives
   */
  Map<String, String> withProxies(Map<String, String> given, PoolChoice pool) {
    JsonNode known = config().path("proxies");
    String engine = pool instanceof PoolChoice.Engines own ? own.agents().get(0).dockerHost() : "";
    JsonNode proxies = known.path(known.has(engine) ? engine : "default");
    Map<String, String> all = new LinkedHashMap<>(given);
    for (String proxy : PROXIES) {
      String value = proxies.path(proxy + "Proxy").asText("");
      String name = proxy.toUpperCase(Locale.ROOT) + "_PROXY";
      if (!value.isEmpty() && given.keySet().stream().noneMatch(name::equalsIgnoreCase)) {
        all.put(name, value);
      }
    }
    return all;
  }

  private synchronized JsonNode config() {
    if (config == null) {
      try {
        config = JSON.readTree(Files.readAllBytes(file));
      } catch (NoSuchFileException e) {
        config = JSON.createObjectNode();
      } catch (JsonProcessingException e) {
        config = nothing(file + " is not JSON (line " + e.getLocation().getLineNr() + ")");
      } catch (IOException e) {
        config = nothing("cannot read " + file + ": " + FileProblem.of(e));
      }
    }
    return config;
  }

  private JsonNode nothing(String problem) {
    damaged.accept(
        CommandFailure.usage(
            problem, "\"docker login\" writes it; DOCKER_CONFIG names another folder"));
    return JSON.createObjectNode();
  }

  /** Older entries are whole URLs, and count for their host. */
  private static Optional<JsonNode> entry(JsonNode auths, String key) {
    if (auths.has(key)) {
      return Optional.of(auths.get(key));
    }
    for (Map.Entry<String, JsonNode> entry : auths.properties()) {
      if (hostname(entry.getKey()).equals(hostname(key))) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }

  private static String hostname(String key) {
    return key.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
  }

  private Optional<RegistryLogin> of(JsonNode entry, String registry) {
    String token = entry.path("identitytoken").asText("");
    if (!token.isEmpty()) {
      return Optional.of(new RegistryLogin(registry, RegistryLogin.TOKEN, token));
    }
    String auth = entry.path("auth").asText("");
    if (auth.isEmpty()) {
      // As other programs write it, and the docker command reads it.
      String user = entry.path("username").asText("");
      return Optional.of(new RegistryLogin(registry, user, entry.path("password").asText("")))
          .filter(login -> !user.isEmpty());
    }
    String pair = decoded(auth);
    int colon = pair.indexOf(':');
    if (colon < 0) {
      damaged.accept(
          CommandFailure.usage(
              file + ": the entry of " + registry + " is not what \"docker login\" writes",
              "log in again: docker login " + registry));
      return Optional.empty();
    }
    // A NUL ends the password in what some versions of docker wrote.
    String password = pair.substring(colon + 1).replaceFirst("\0+$", "");
    return Optional.of(new RegistryLogin(registry, pair.substring(0, colon), password));
  }

  /** The name and the password, between them a colon; no colon if it is no such pair. */
  private static String decoded(String auth) {
    try {
      return new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
