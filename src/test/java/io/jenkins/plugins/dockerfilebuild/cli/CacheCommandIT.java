package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded, listed and removed of cache directories, around real builds. */
class CacheCommandIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  @Test
  void whatACacheSavesIsSeenAndWhatSavesLeastGoesFirst() throws IOException {
    // Containers of one command differ by a second in how long they start, on a machine that is
    // busy.
    build("slow", "test -e /c/x || sleep 4; head -c 100000 /dev/zero > /c/x");
    build("slow", "test -e /c/x || sleep 4; head -c 100000 /dev/zero > /c/x");
    build("useless", "head -c 100000 /dev/zero > /c/x");
    build("useless", "head -c 100000 /dev/zero > /c/x");

    JsonNode slow = listed("slow");
    assertThat(slow.get("coldMs").asLong()).isGreaterThan(1_000);
    assertThat(slow.get("warmMs").asLong()).isPositive().isLessThan(slow.get("coldMs").asLong());
    assertThat(slow.get("savedSeconds").asDouble()).isGreaterThan(0.5);
    assertThat(slow.get("uses").asDouble()).isBetween(1.9, 2.0);
    assertThat(lines("cache du", "--json").map(line -> line.get("kind").asText()))
        .contains("CACHE_DIRECTORIES", "STEP_RESULTS");
    assertThat(lines("cache verify", "--json").map(line -> line.get("sound").asInt()))
        .containsExactly(1, 1);

    assertThat(lines("cache prune", "--cache-limit", "150kB", "--json"))
        .singleElement()
        .satisfies(gone -> assertThat(gone.get("id").asText()).isEqualTo("useless"));
    assertThat(run("cache ls").out()).contains("slow").doesNotContain("useless");
    assertThat(run("cache prune", "--cache-age", "1d").out()).contains("removed 0 directories");
    assertThat(run("cache prune").out()).contains("removed 1 directory, 100 kB");
  }

  @Test
  void aBuildKeepsItsNamespaceWithinItsLimits() throws IOException {
    build("one", "head -c 100000 /dev/zero > /c/x", "--namespace", "a");
    build("one", "head -c 100000 /dev/zero > /c/x", "--namespace", "b");
    CommandRun limited =
        build(
            "two",
            "head -c 100000 /dev/zero > /c/x; sleep 0.5",
            "--namespace",
            "a",
            "--cache-limit",
            "150kB",
            "--progress",
            "plain");

    assertThat(limited.err()).contains("removed the cache directory");
    assertThat(lines("cache ls", "--json").map(line -> line.get("namespace").asText()))
        .containsExactlyInAnyOrder("a", "b");
    CommandRun wrong =
        run("build", "--cache-limit", "much", directory.resolve("context").toString());
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.err()).contains("--cache-limit much: not a size");
  }

  private JsonNode listed(String id) {
    return lines("cache ls", "--json")
        .filter(line -> line.get("id").asText().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private Stream<JsonNode> lines(String command, String... options) {
    return run(command, options).outLines().stream().map(CacheCommandIT::parsed);
  }

  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }

  private CommandRun build(String id, String command, String... options) throws IOException {
    Path context = Files.createDirectories(directory.resolve("context"));
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM %s\nENV SALT=%s\nRUN --mount=type=cache,id=%s,target=/c %s\n"
            .formatted(TestEngine.BUSYBOX, UUID.randomUUID(), id, command));
    List<String> all = new ArrayList<>(List.of(options));
    all.add(context.toString());
    CommandRun built = run("build", all.toArray(String[]::new));
    assertThat(built.status()).as(built.err()).isZero();
    return built;
  }

  private CommandRun run(String command, String... options) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(List.of("--agent", "a1=" + TestEngine.first().host()));
    arguments.addAll(List.of("--state", directory.resolve("state").toString()));
    arguments.addAll(List.of(options));
    return CommandRun.withInput("", Map.of(), arguments.toArray(String[]::new));
  }
}
