package io.jenkins.plugins.dockerfilebuild.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A program {@code docker-credential-NAME} that keeps logins: it is given a registry on its
 * standard input and prints {@code {"Username": …, "Secret": …}} (docker-credential-helpers,
 * protocol of {@code get}).
 *
 * @param searchPath folders to find it in, as in {@code PATH}
 * @param limit of what it may take; then it is ended, with what it has started
 */
record CredentialHelper(String name, String searchPath, Duration limit) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MOST_BYTES = 1 << 20;

  /** With the limit of a minute. */
  CredentialHelper(String name, String searchPath) {
    this(name, searchPath, LIMIT);
  }

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
      Process process =
          new ProcessBuilder(List.of(file().toString(), "get"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      AtomicBoolean late = new AtomicBoolean();
      CompletableFuture<Void> end = endInTime(process, late);
      byte[] output = answer(process, key);
      int status = process.waitFor();
      end.cancel(false);
      if (late.get()) {
        throw problem("it does not end");
      }
      return status == 0 ? parsed(registry, output) : none(output);
    } catch (IOException e) {
      throw problem(FileProblem.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw problem("interrupted");
    }
  }

  /** Whoever reads from it, or waits for its end, would wait as long as it likes. */
  private CompletableFuture<Void> endInTime(Process process, AtomicBoolean late) {
    return CompletableFuture.runAsync(
        () -> {
          late.set(true);
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        },
        CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
  }

  private static byte[] answer(Process process, String key) throws IOException {
    try (OutputStream input = process.getOutputStream()) {
      input.write(key.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // One that has the same answer for all need not read which registry is meant.
    }
    return process.getInputStream().readNBytes(MOST_BYTES);
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
