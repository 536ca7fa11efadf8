package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.docker.PrivateEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    List<String> lines = new ArrayList<>();
    for (String line : dockerfile) {
      lines.add(line);
      if (line.startsWith("FROM base")) {
        lines.set(lines.size() - 1, line.replace("FROM base", "FROM " + TestEngine.BUSYBOX));
        lines.add("ENV SALT=" + salt);
      }
    }
    return AgentsOnEngines.context(directory.resolve("context"), lines.toArray(String[]::new));
  }

  /** Three stages that take long enough to be spread, and one that needs them all. */
  private Path wide() throws IOException {
    String run = "RUN --network=none sleep 2; head -c 300000 /dev/urandom > /";
    return context(
        "FROM base AS a",
        run + "a",
        "FROM base AS b",
        run + "b",
        "FROM base AS c",
        run + "c",
        "FROM base",
        "COPY --from=a /a /",
        "COPY --from=b /b /",
        "COPY --from=c /c /");
  }

  private JsonNode steps() throws IOException {
    return JSON.readTree(directory.resolve("report.json").toFile()).get("steps");
  }

  private static List<String> values(JsonNode steps, String field) {
    return StreamSupport.stream(steps.spliterator(), false)
        .map(step -> step.path(field).asText())
        .toList();
  }

  @Test
  void aBuildUsesAllAgentsAndIsCachedAlsoWhenTheyStartedAgainInAnyOrder() throws Exception {
    Path context = wide();
    String report = directory.resolve("report.json").toString();
    try (AgentsOnEngines pool = new AgentsOnEngines(directory, engines).start(1, 2, 3)) {
      CommandRun first = pool.run(context, "--report", report);
      assertThat(first.status()).as(first.err()).isZero();
      assertThat(values(steps(), "agent").subList(0, 3)).contains("a1", "a2", "a3");
      pool.kill(1);
      pool.stop(3);
      pool.kill(2);

      pool.start(3, 2, 1);

      CommandRun second = pool.run(context, "--report", report);
      assertThat(second.status()).as(second.err()).isZero();
      assertThat(values(steps(), "status")).containsOnly("CACHED");
    }
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
