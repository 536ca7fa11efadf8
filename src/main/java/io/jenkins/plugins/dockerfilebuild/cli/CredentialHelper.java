package io.jenkins.plugins.dockerfilebuild.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program {@code docker-credential-NAME} that keeps logins: it is given a registry on its
 * standard input and prints {@code {"Username": …, "Secret": …}} (docker-credential-helpers,
 * protocol of {@code get}).
 *
 * @param searchPath folders to find it in, as in {@code PATH}
 */
record CredentialHelper(String name, String searchPath) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SECONDS = 60;
  private static final int MOST_BYTES = 1 << 20;

  /**
   * @param registry as in image names, {@code key} as the helper knows it
   * @return empty if it knows none
   * @throws CommandFailure there is no such program, or it fails
   */
  Optional<RegistryLogin> get(String registry, String key) {
    if (!name.matches("[A-Za-z0-9._-]+")) {
      throw problem("its name is not one of a program");
    }
    try {
      Process process = new ProcessBuilder(List.of(file().toString(), "get")).start();
      try (var input = process.getOutputStream()) {
        input.write(key.getBytes(StandardCharsets.UTF_8));
      }
      byte[] output = process.getInputStream().readNBytes(MOST_BYTES);
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw problem("it does not end");
      }
      return process.exitValue() == 0 ? parsed(registry, output) : none(output);
    } catch (IOException e) {
      throw problem(FileProblem.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw problem("interrupted");
    }
  }

  private Path file() {
    return Arrays.stream(searchPath.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program()))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> problem("there is no such program in PATH"));
  }

  private String program() {
    return "docker-credential-" + name;
  }

  private Optional<RegistryLogin> parsed(String registry, byte[] output) throws IOException {
    JsonNode login = JSON.readTree(output);
    String user = login.path("Username").asText("");
    String secret = login.path("Secret").asText("");
    return user.isEmpty() && secret.isEmpty()
        ? Optional.empty()
        : Optional.of(new RegistryLogin(registry, user, secret));
  }

  /** Helpers say in words that they have nothing, and end as if they had failed. */
  private Optional<RegistryLogin> none(byte[] output) {
    String text = new String(output, StandardCharsets.UTF_8).strip();
    if (text.contains("credentials not found")) {
      return Optional.empty();
    }
    throw problem(text.isEmpty() ? "it fails without a word" : text);
  }

  private CommandFailure problem(String reason) {
    return CommandFailure.usage(
        program() + ", which docker's config.json names for logins: " + reason);
  }
}
