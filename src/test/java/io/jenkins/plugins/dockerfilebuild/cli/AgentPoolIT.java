package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.docker.PrivateEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stand-alone agents: three processes, each with an engine of its own, and builds that join. */
@Timeout(300)
class AgentPoolIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> SHARED =
      List.of(
          "FROM base AS shared",
          "RUN --network=none echo shared begins; sleep 6; head -c 99 /dev/urandom > /shared");

  @TempDir private static Path home;
  private static PrivateEngine third;
  private static List<String> engines;

  @TempDir private Path directory;
  private final String salt = UUID.randomUUID().toString();

  @BeforeAll
  static void aThirdEngine() throws Exception {
    third = PrivateEngine.start(Files.createDirectory(home.resolve("engine")));
    TestEngine.at(third.host());
    engines = List.of(TestEngine.first().host(), TestEngine.second().host(), third.host());
  }

  @AfterAll
  static void stop() throws IOException {
    third.close();
  }

  private Path context(String... dockerfile) throws IOException {
    return context("context", dockerfile);
  }

  private Path context(String folder, String... dockerfile) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : dockerfile) {
      lines.add(line);
      if (line.startsWith("FROM base")) {
        lines.set(lines.size() - 1, line.replace("FROM base", "FROM " + TestEngine.BUSYBOX));
        lines.add("ENV SALT=" + salt);
      }
    }
    return AgentsOnEngines.context(directory.resolve(folder), lines.toArray(String[]::new));
  }

  /** Three stages that take long enough to be spread, and one that needs them all. */
  private Path wide(String... more) throws IOException {
    String run = "RUN --network=none sleep 2; head -c 300000 /dev/urandom > /";
    List<String> lines = new ArrayList<>();
    List<String> copies = new ArrayList<>();
    for (String stage : List.of("a", "b", "c")) {
      lines.addAll(List.of("FROM base AS " + stage, run + stage));
      copies.add("COPY --from=%1$s /%1$s /".formatted(stage));
    }
    lines.add("FROM base");
    lines.addAll(copies);
    lines.addAll(List.of(more));
    return context(lines.toArray(String[]::new));
  }

  private JsonNode steps() throws IOException {
    return steps("report.json");
  }

  private JsonNode steps(String report) throws IOException {
    return JSON.readTree(directory.resolve(report).toFile()).get("steps");
  }

  private AgentJvm begin(AgentsOnEngines pool, Path context, String report) throws IOException {
    String file = directory.resolve(report).toString();
    return pool.begin(context, "--progress", "plain", "--report", file);
  }

  /** When a build wrote its report, which it does at its end. */
  private Instant ended(String report) throws IOException {
    return Files.getLastModifiedTime(directory.resolve(report)).toInstant();
  }

  private String statusOfShared(String report) throws IOException {
    return StreamSupport.stream(steps(report).spliterator(), false)
        .filter(step -> step.path("text").asText().contains("shared begins"))
        .findFirst()
        .orElseThrow()
        .path("status")
        .asText();
  }

  /** A step that another build needs too, and beside it more stages than two agents have places. */
  private Path busy(int stages) throws IOException {
    List<String> lines = new ArrayList<>(SHARED);
    List<String> copies = new ArrayList<>();
    for (int stage = 1; stage <= stages; stage++) {
      lines.add("FROM base AS s" + stage);
      for (int step = 1; step <= 4; step++) {
        lines.add("RUN --network=none sleep 2; echo %d > /out-%d".formatted(step, stage));
      }
      copies.add("COPY --from=s%1$d /out-%1$d /".formatted(stage));
    }
    lines.addAll(List.of("FROM base", "COPY --from=shared /shared /"));
    lines.addAll(copies);
    return context("busy", lines.toArray(String[]::new));
  }

  private static List<String> values(JsonNode steps, String field) {
    return StreamSupport.stream(steps.spliterator(), false)
        .map(step -> step.path(field).asText())
        .toList();
  }

  @Test
  void aBuildUsesAllAgentsAndIsCachedAlsoWhenTheyStartedAgainInAnyOrder() throws Exception {
    String cache = "RUN --network=none --mount=type=cache,target=/cache,id=" + salt;
    String fills = cache + " echo kept > /cache/file";
    Path context = wide(fills);
    String report = directory.resolve("report.json").toString();
    try (AgentsOnEngines pool = new AgentsOnEngines(directory, engines).start(1, 2, 3)) {
      CommandRun first = pool.run(context, "--report", report);
      assertThat(first.status()).as(first.err()).isZero();
      assertThat(values(steps(), "agent").subList(0, 3)).contains("a1", "a2", "a3");
      pool.kill(1);
      pool.stop(3);
      pool.kill(2);

      pool.start(3);
      pool.start(2);
      pool.start(1);

      CommandRun second = pool.run(context, "--report", report);
      assertThat(second.status()).as(second.err()).isZero();
      assertThat(values(steps(), "status")).containsOnly("CACHED");
      CommandRun third = pool.run(wide(fills, cache + " grep kept /cache/file"));
      assertThat(third.status()).as(third.err()).isZero();
    }
  }

  @Test
  void buildsThatRunAtOnceShareAStepAndTakeTurnsAndUseAnAgentThatComes() throws Exception {
    List<String> small = new ArrayList<>(SHARED);
    small.addAll(List.of("RUN --network=none cp /shared /mine", "RUN --network=none : last"));
    try (AgentsOnEngines pool = new AgentsOnEngines(directory, engines).start(1, 2);
        AgentJvm large = begin(pool, busy(6), "large.json")) {
      large.await(line -> line.endsWith(" shared begins"));
      try (AgentJvm other =
          begin(pool, context("small", small.toArray(String[]::new)), "small.json")) {
        other.await(line -> line.contains("runs already for"));
        other.await(line -> line.endsWith(" shared begins"));
        pool.start(3);
        assertThat(other.awaitExit()).as(other.lines().toString()).isZero();
      }
      large.await(line -> line.contains("(on a3)"));
      assertThat(large.awaitExit()).as(large.lines().toString()).isZero();
    }
    assertThat(statusOfShared("large.json")).isEqualTo("EXECUTED");
    assertThat(statusOfShared("small.json")).isEqualTo("CACHED");
    assertThat(ended("small.json"))
        .as("not after the larger build, which came first")
        .isBefore(ended("large.json"));
  }

  @Test
  void anotherAgentOfTheSameNameIsRefused() throws Exception {
    try (AgentsOnEngines pool = new AgentsOnEngines(directory, engines).start(1);
        AgentJvm twin = pool.join("a1")) {
      assertThat(twin.awaitExit()).isEqualTo(2);
      assertThat(twin.lines()).anyMatch(line -> line.contains("already an agent of that name"));
    }
  }

  @Test
  void aPoolThatIsNotThereIsAnErrorWithARemedy() throws Exception {
    CommandRun run = CommandRun.of("build", "--join", "127.0.0.1:9", wide().toString());
    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err()).contains("127.0.0.1:9", "is an agent of the pool running there?");
  }
}
