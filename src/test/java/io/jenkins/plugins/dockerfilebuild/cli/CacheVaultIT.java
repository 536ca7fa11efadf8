package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.vault.TestObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds with {@code --cache-vault s3://…} on an S3-compatible server. */
class CacheVaultIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String VAULT = "s3://" + TestObjectStore.BUCKET + "/some/prefix";

  @TempDir private Path directory;
  private Path context;

  @BeforeEach
  void aContext() throws IOException {
    context = Files.createDirectories(directory.resolve("context"));
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\n");
  }

  @Test
  void aNewAgentStartsWarmAndAForgedVaultIsRefused() throws IOException {
    try (TestObjectStore store = TestObjectStore.start(directory)) {
      build(store, "first", "head -c 6000000 /dev/urandom > /c/a; echo one > /c/b");
      build(store, "first", "echo two > /c/b");

      JsonNode mount = build(store, "fresh", "cat /c/b; sha256sum /c/a").at("/steps/0/mounts/0");
      assertThat(mount.get("hit").asText()).isEqualTo("SYNCED");
      assertThat(mount.get("version").asLong()).isEqualTo(2);
      assertThat(mount.get("bytesFrom").get(" vault").asLong()).isGreaterThan(6_000_000);

      for (Path pack : packs(store)) {
        Files.write(pack, new byte[(int) Files.size(pack)]);
      }
      JsonNode report = build(store, "third", "ls /c");
      assertThat(report.at("/steps/0/mounts/0/hit").asText()).isEqualTo("COLD");
      assertThat(report.get("notices").toString()).contains("cannot be had from vault");
    }
  }

  @Test
  void aVaultThatIsLostOrRefusesIsAWarningAndTheBuildGoesOn() throws IOException {
    try (TestObjectStore store = TestObjectStore.start(directory)) {
      store.kill();
      JsonNode lost = build(store, "state", "echo x > /c/a");
      assertThat(lost.get("notices").toString()).contains("the cache vault cannot be used");
    }
    try (TestObjectStore store =
        TestObjectStore.start(Files.createDirectory(directory.resolve("2")))) {
      Map<String, String> wrong = new HashMap<>(store.environment());
      wrong.put("AWS_SECRET_ACCESS_KEY", "wrong");
      JsonNode refused = build(wrong, "state", "cat /c/a");
      assertThat(refused.get("notices").toString()).contains("the cache vault cannot be used");
      assertThat(refused.toString()).doesNotContain("test-id");
    }
  }

  @Test
  void anAddressThatIsNoneIsWrongUsage() {
    CommandRun run = CommandRun.of("build", "--cache-vault", "s3://UPPER CASE", context.toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("is not of the form s3://BUCKET/PREFIX");
    CommandRun other = CommandRun.of("build", "--cache-vault", "ftp://x/y", context.toString());
    assertThat(other.status()).isEqualTo(2);
  }

  private static List<Path> packs(TestObjectStore store) throws IOException {
    try (Stream<Path> all = Files.walk(store.files())) {
      return all.filter(p -> p.toString().contains("/packs/") && Files.isRegularFile(p)).toList();
    }
  }

  private JsonNode build(TestObjectStore store, String state, String command) throws IOException {
    return build(store.environment(), state, command);
  }

  private JsonNode build(Map<String, String> environment, String state, String command)
      throws IOException {
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM %s\nENV SALT=%s\nRUN --mount=type=cache,id=m2,target=/c %s\n"
            .formatted(TestEngine.BUSYBOX, UUID.randomUUID(), command));
    Path report = directory.resolve("report.json");
    CommandRun run =
        CommandRun.withInput(
            "",
            environment,
            "build",
            "--agent",
            "a1=" + TestEngine.first().host(),
            "--state",
            directory.resolve(state).toString(),
            "--cache-vault",
            VAULT,
            "--report",
            report.toString(),
            context.toString());
    assertThat(run.status()).as(run.err()).isZero();
    return JSON.readTree(report.toFile());
  }
}
