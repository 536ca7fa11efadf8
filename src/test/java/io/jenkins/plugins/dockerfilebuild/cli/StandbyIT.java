package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
   * The agent of {@code slow} is expected to be free before that of {@code left} or {@code right},
   * whichever began first, for a RUN that never ran is expected to take five seconds; and is, for
   * each ends when it is told.
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
        RUN : %2$s; %3$s
        FROM base AS left
        RUN %4$s
        FROM base AS right
        RUN %5$s
        FROM scratch
        COPY --from=slow /slow /
        COPY --from=left /left /
        COPY --from=right /right /
        """
            .formatted(
                TestEngine.BUSYBOX,
                UUID.randomUUID(),
                untilTold("slow"),
                untilTold("left"),
                untilTold("right")));
  }

  private static String untilTold(String stage) {
    return "trap 'echo %1$s > /%1$s; exit 0' USR1; echo %1$s waits; while :; do sleep 0.1; done"
        .formatted(stage);
  }

  private static void awaitStep(String stage, AgentJvm build) throws InterruptedException {
    build.await(line -> line.endsWith(" " + stage + " waits"));
  }

  /** Ends a step of {@link #untilTold} when it waits. */
  private static void tell(String stage, AgentJvm build) throws InterruptedException {
    awaitStep(stage, build);
    TestEngine.first().signal("echo " + stage + " waits", "USR1");
    TestEngine.second().signal("echo " + stage + " waits", "USR1");
  }

  @Test
  void theInputsOfTheStepThatIsNextAtAnAgentComeBeforeItsPlaceIsFree() throws Exception {
    try (AgentJvm build =
        AgentJvm.start(
            List.of(),
            List.of(
                "build",
                "--agent",
                "a1=" + TestEngine.first().host() + ",capacity=1",
                "--agent",
                "a2=" + TestEngine.second().host() + ",capacity=1",
                "--progress",
                "plain",
                "--state",
                directory.resolve("state").toString(),
                "--report",
                report.toString(),
                context.toString()))) {
      build.await(line -> line.contains("sent image"));
      tell("slow", build);
      // Where the first of them ended as well, the other could go to either place.
      awaitStep("left", build);
      awaitStep("right", build);
      tell("left", build);
      tell("right", build);
      assertThat(build.awaitExit()).as(build.lines().toString()).isZero();
    }
    String next = step("RUN : ").path("agent").asText();
    assertThat(next).isNotEqualTo(step("RUN head").path("agent").asText());
    List<JsonNode> there =
        Stream.of(step("RUN trap 'echo left"), step("RUN trap 'echo right"))
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
