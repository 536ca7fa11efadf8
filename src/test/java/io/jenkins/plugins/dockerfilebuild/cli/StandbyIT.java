package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two agents with a place each, both taken, and a step whose layers lie on one of them. */
class StandbyIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private Path context;
  private Path report;

  /**
   * A RUN that never ran is expected to take five seconds, so the agent of {@code slow} is expected
   * to be free before that of {@code left} or {@code right}, whichever began first, and is, though
   * later than expected.
   */
  @BeforeEach
  void aDockerfile() throws IOException {
    report = directory.resolve("report.json");
    context = Files.createDirectory(directory.resolve("context"));
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        FROM %1$s AS base
        RUN head -c 3000000 /dev/urandom > /base; : %2$s
        FROM %1$s AS slow
        RUN sleep 6; echo %2$s > /slow
        FROM base AS left
        RUN sleep 8; echo left > /left
        FROM base AS right
        RUN sleep 8; echo right > /right
        FROM scratch
        COPY --from=slow /slow /
        COPY --from=left /left /
        COPY --from=right /right /
        """
            .formatted(TestEngine.BUSYBOX, UUID.randomUUID()));
  }

  @Test
  void theInputsOfTheStepThatIsNextAtAnAgentComeBeforeItsPlaceIsFree() throws Exception {
    CommandRun run =
        CommandRun.withInput(
            "",
            Map.of(),
            "build",
            "--agent",
            "a1=" + TestEngine.first().host() + ",capacity=1",
            "--agent",
            "a2=" + TestEngine.second().host() + ",capacity=1",
            "--state",
            directory.resolve("state").toString(),
            "--report",
            report.toString(),
            context.toString());

    assertThat(run.status()).as(run.err()).isZero();
    String next = step("RUN sleep 6").path("agent").asText();
    assertThat(next).isNotEqualTo(step("RUN head").path("agent").asText());
    List<JsonNode> there =
        Stream.of(step("RUN sleep 8; echo left"), step("RUN sleep 8; echo right"))
            .filter(step -> step.path("agent").asText().equals(next))
            .toList();
    assertThat(there).as("one of the two").hasSize(1);
    assertThat(there.get(0).path("bytesReceived").asLong(-1)).as("bytes waited for").isZero();
    assertThat(transfers().findValuesAsText("to")).contains(next);
  }

  private JsonNode transfers() throws IOException {
    return JSON.readTree(report.toFile()).path("transfers");
  }

  private JsonNode step(String text) throws IOException {
    JsonNode steps = JSON.readTree(report.toFile()).path("steps");
    return StreamSupport.stream(steps.spliterator(), false)
        .filter(step -> step.path("text").asText().startsWith(text))
        .findFirst()
        .orElseThrow();
  }
}
