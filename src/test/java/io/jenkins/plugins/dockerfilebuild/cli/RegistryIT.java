package io.jenkins.plugins.dockerfilebuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulling and pushing, with real registries. */
class RegistryIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private Path context;
  private final String salt = UUID.randomUUID().toString();

  @BeforeEach
  void anEmptyContext() throws IOException {
    context = Files.createDirectory(directory.resolve("context"));
  }

  private CommandRun build(Map<String, String> environment, String... options) {
    List<String> all = new ArrayList<>(List.of("build"));
    all.addAll(List.of("--agent", "a1=" + TestEngine.first().host()));
    all.addAll(List.of("--state", directory.resolve("state").toString()));
    all.addAll(List.of("--report", directory.resolve("report.json").toString()));
    all.addAll(List.of(options));
    all.add(context.toString());
    return CommandRun.withInput("", environment, all.toArray(String[]::new));
  }

  private void dockerfile(String base, String... lines) throws IOException {
    String head = "FROM " + base + "\nENV SALT=" + salt + "\n";
    Files.writeString(context.resolve("Dockerfile"), head + String.join("\n", lines) + "\n");
  }

  private JsonNode report() throws IOException {
    return JSON.readTree(directory.resolve("report.json").toFile());
  }

  /** A folder for DOCKER_CONFIG. */
  private Map<String, String> dockerConfig(String json) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("docker-config"));
    Files.writeString(folder.resolve("config.json"), json);
    return Map.of("DOCKER_CONFIG", folder.toString(), "PATH", System.getenv("PATH"));
  }

  private Map<String, String> loggedIn(TestRegistry registry, String password) throws IOException {
    String pair =
        Base64.getEncoder().encodeToString((TestRegistry.USER + ":" + password).getBytes(UTF_8));
    return dockerConfig(
        "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(registry.address(), pair));
  }

  @Test
  void aPushedImageIsPulledAgainPinnedToItsDigest() throws Exception {
    try (TestRegistry registry = TestRegistry.open(directory.resolve("registry"))) {
      String name = registry.address() + "/team/base:1";
      dockerfile(TestEngine.BUSYBOX, "RUN echo from the registry > /origin");
      Path metadata = directory.resolve("metadata.json");
      CommandRun pushed =
          build(Map.of(), "-t", name, "--push", "--metadata-file", metadata.toString());
      assertThat(pushed.status()).as(pushed.err()).isZero();
      String digest = report().at("/pushes/0/digest").asText();
      JsonNode built = JSON.readTree(metadata.toFile());
      assertThat(built.path("containerimage.digest").asText()).isEqualTo(digest);
      assertThat(built.path("containerimage.config.digest").asText("unknown")).isNotEqualTo(digest);
      assertThat(report().at("/pushes/0/reference").asText()).isEqualTo(name);
      assertThat(pushed.err()).contains("pushed " + name + ", digest " + digest);
      assertThat(
              registry.get("team/base/manifests/1").headers().firstValue("docker-content-digest"))
          .contains(digest);

      TestEngine.first().remove(name);
      dockerfile(name, "RUN cat /origin");
      CommandRun pulled = build(Map.of());

      assertThat(pulled.status()).as(pulled.err()).isZero();
      assertThat(pulled.err()).contains("from the registry");
      assertThat(report().at("/baseImages/0/digest").asText())
          .isEqualTo(registry.address() + "/team/base@" + digest);
      TestEngine.first().remove(name);
      dockerfile(registry.address() + "/team/base@" + digest, "RUN cat /origin && true");
      assertThat(build(Map.of()).status()).isZero();
    }
  }

  @Test
  void loginsOfDockerAreUsedToPushAndToPull() throws Exception {
    try (TestRegistry registry = TestRegistry.closed(directory.resolve("registry"))) {
      String name = registry.address() + "/private/app:1";
      dockerfile(TestEngine.BUSYBOX, "RUN true");

      CommandRun anonymous = build(Map.of("DOCKER_CONFIG", "/nonexistent"), "-t", name, "--push");
      assertThat(anonymous.status()).isEqualTo(1);
      assertThat(anonymous.err())
          .contains("error: \"" + name + "\" cannot be pushed: ", "nobody is logged in to")
          .doesNotContain("{\"");

      CommandRun wrong = build(loggedIn(registry, "wrong"), "-t", name, "--push");
      assertThat(wrong.status()).isEqualTo(1);
      assertThat(wrong.err()).contains("(as tester at " + registry.address() + ")");

      Map<String, String> login = loggedIn(registry, TestRegistry.PASSWORD);
      CommandRun right = build(login, "-t", name, "--push");
      assertThat(right.status()).as(right.err()).isZero();
      assertThat(right.err()).doesNotContain(TestRegistry.PASSWORD);

      TestEngine.first().remove(name);
      dockerfile(name, "RUN true");
      CommandRun refused = build(Map.of("DOCKER_CONFIG", "/nonexistent"));
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.err())
          .contains("error: the image \"" + name + "\"", "cannot be pulled: ")
          .doesNotContain("{\"");
      assertThat(build(login).status()).isZero();
    }
  }

  @Test
  void aCredentialHelperIsAsked() throws Exception {
    try (TestRegistry registry = TestRegistry.closed(directory.resolve("registry"))) {
      Path programs = Files.createDirectory(directory.resolve("programs"));
      Path helper = programs.resolve("docker-credential-test");
      Files.writeString(
          helper,
          """
          #!/bin/sh
          [ "$1" = get ] && [ "$(cat)" = %s ] && echo '{"Username":"%s","Secret":"%s"}'
          """
              .formatted(registry.address(), TestRegistry.USER, TestRegistry.PASSWORD));
      Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
      Map<String, String> environment = new HashMap<>(dockerConfig("{\"credsStore\": \"test\"}"));
      environment.put("PATH", programs + ":" + System.getenv("PATH"));
      dockerfile(TestEngine.BUSYBOX, "RUN true");

      CommandRun run = build(environment, "-t", registry.address() + "/helped:1", "--push");

      assertThat(run.status()).as(run.err()).isZero();
    }
  }

  @Test
  void anImageThatTheRegistryLacksIsToldInWords() throws Exception {
    try (TestRegistry registry = TestRegistry.open(directory.resolve("registry"))) {
      String name = registry.address() + "/no/such:image";
      dockerfile(name, "RUN true");

      CommandRun run = build(Map.of());

      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err())
          .contains("the image \"" + name + "\" is not on the engine and cannot be pulled: ")
          .containsPattern("(?i)unknown|not found")
          .doesNotContain("{\"", "Status 404");
    }
  }

  @Test
  void aRegistryThatDoesNotAnswerIsToldInWords() throws Exception {
    dockerfile("127.0.0.1:1/no/such:image", "RUN true");
    CommandRun run = build(Map.of());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("cannot be pulled: ").contains("connection refused");
  }

  @Test
  void anImageOfAnotherPlatformIsRefusedWithBothPlatforms() throws Exception {
    dockerfile(TestEngine.BUSYBOX, "RUN true");

    CommandRun run = build(Map.of(), "--platform", "linux/arm64");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains("is on the engine for linux/amd64, and linux/arm64 is asked for")
        .doesNotContain("{\"");
  }

  @Test
  void pushingNeedsAName() throws Exception {
    dockerfile(TestEngine.BUSYBOX, "RUN true");
    CommandRun run = build(Map.of(), "--push");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("-t REGISTRY/NAME:TAG");
  }

  @Test
  void aBrokenFileOfLoginsIsNamedAndEndsNoBuildThatPushesNothing() throws Exception {
    dockerfile(TestEngine.BUSYBOX, "RUN true");
    CommandRun run = build(dockerConfig("{not json"));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).startsWith("warning: ").contains("config.json is not JSON (line 1)");
  }
}
