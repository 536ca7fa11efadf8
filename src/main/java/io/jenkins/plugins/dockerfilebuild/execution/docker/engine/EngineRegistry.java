package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.AuthConfig;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException;
import io.jenkins.plugins.dockerfilebuild.execution.PushFailedException;
import io.jenkins.plugins.dockerfilebuild.execution.PushListener;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;
import io.jenkins.plugins.dockerfilebuild.http.AddressBlock;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/** Images between an engine and registries; the engine itself speaks to them. Thread-safe. */
public record EngineRegistry(Engine engine) {

  /** What the engine calls Docker Hub. */
  private static final String DOCKER_HUB = "https://index.docker.io/v1/";

  /**
   * Pulls an image.
   *
   * @throws ImageUnavailableException the registry does not give it
   */
  void pull(String reference, String platform, Optional<RegistryLogin> login) {
    try {
      engine.await(
          docker -> {
            try (var pull = docker.pullImageCmd(tagged(reference)).withPlatform(platform)) {
              login.ifPresent(known -> pull.withAuthConfig(auth(known)));
              return pull.exec(new PullImageResultCallback()).awaitCompletion();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              throw new InterruptedIOException("interrupted while pulling " + reference);
            }
          });
    } catch (DockerException | DockerClientException e) {
      throw new ImageUnavailableException(
          "the image \"%s\" is not on the engine and cannot be pulled: %s"
              .formatted(reference, reason(reference, login, e)),
          e);
    }
  }

  /**
   * Pushes a tag.
   *
   * @return the digest of its manifest there
   * @throws PushFailedException the registry does not take it
   */
  public Digest push(String reference, Optional<RegistryLogin> login, PushListener listener) {
    PushProgress progress = new PushProgress(listener);
    try {
      engine.await(
          docker -> {
            try (var push = docker.pushImageCmd(tagged(reference))) {
              // Without any, the engine refuses to try.
              push.withAuthConfig(login.map(EngineRegistry::auth).orElseGet(AuthConfig::new));
              return push.exec(progress).awaitCompletion();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              throw new InterruptedIOException("interrupted while pushing " + reference);
            }
          });
      return progress.digest();
    } catch (DockerException | DockerClientException e) {
      throw new PushFailedException(
          "\"%s\" cannot be pushed: %s".formatted(reference, reason(reference, login, e)), e);
    }
  }

  /**
   * Whether the engine speaks to this registry whoever it is, and without TLS if it has none: those
   * of the machine itself, and those of {@code insecure-registries} in its configuration, which has
   * names and networks.
   */
  public boolean isInsecure(String host) {
    return isInsecure(host, new RawApi(engine).info().path("RegistryConfig"));
  }

  static boolean isInsecure(String host, JsonNode configuration) {
    JsonNode known = configuration.path("IndexConfigs").path(host);
    boolean local = host.matches("(localhost|127\\.[0-9.]+|\\[::1\\])(:[0-9]+)?");
    return local
        || (known.has("Secure")
            ? !known.path("Secure").asBoolean()
            : isInNetwork(host, configuration.path("InsecureRegistryCIDRs")));
  }

  private static boolean isInNetwork(String host, JsonNode networks) {
    if (networks.isEmpty()) {
      return false;
    }
    try {
      InetAddress[] addresses = InetAddress.getAllByName(host.replaceFirst(":[0-9]+$", ""));
      for (JsonNode network : networks) {
        Optional<AddressBlock> block = AddressBlock.parse(network.asText());
        if (block.isPresent() && Arrays.stream(addresses).anyMatch(block.get()::contains)) {
          return true;
        }
      }
      return false;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static AuthConfig auth(RegistryLogin login) {
    boolean hub = login.registry().equals(RegistryLogins.DOCKER_HUB);
    AuthConfig auth = new AuthConfig().withRegistryAddress(hub ? DOCKER_HUB : login.registry());
    return login.isToken()
        ? auth.withIdentityToken(login.password())
        : auth.withUsername(login.username()).withPassword(login.password());
  }

  /** What went wrong and, where it is about who one is, what to do. */
  private static String reason(
      String reference, Optional<RegistryLogin> login, RuntimeException problem) {
    String reason = Engine.reason(problem);
    String lower = reason.toLowerCase(java.util.Locale.ROOT);
    if (lower.matches("(?s).*(no basic auth credentials|unauthorized|denied|authentication).*")) {
      String registry = RegistryLogins.registry(reference);
      return login
          .map(known -> "%s (as %s)".formatted(reason, known))
          .orElse("%s (nobody is logged in to %s)".formatted(reason, registry));
    }
    return reason;
  }

  /** Without a tag the engine would pull, or push, every tag of the repository. */
  private static String tagged(String reference) {
    int name = reference.lastIndexOf('/') + 1;
    boolean pinned = reference.indexOf('@') >= 0 || reference.indexOf(':', name) >= 0;
    return pinned ? reference : reference + ":latest";
  }
}
