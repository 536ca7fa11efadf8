package io.jenkins.plugins.dockerfilebuild.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Result;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status;
import io.jenkins.plugins.dockerfilebuild.report.BuildReport.StepReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BuildReportTest {

  private static BuildReport report(List<BuildEvent> events) {
    BuildReportRecorder recorder = new BuildReportRecorder();
    events.forEach(recorder::on);
    return recorder.report();
  }

  @Test
  void theJsonOfASuccessIsExactlyTheContract() throws IOException {
    assertThat(JsonReport.of(report(Events.success()))).isEqualTo(resource("success.json"));
  }

  @Test
  void theJsonOfAFailureTellsExitStatusAndLastLines() throws IOException {
    assertThat(JsonReport.of(report(Events.failure()))).isEqualTo(resource("failure.json"));
  }

  @Test
  void aReportTakenWhileTheBuildRunsSaysSo() {
    BuildReport report = report(Events.success().subList(0, 6));

    assertThat(report.result()).isEmpty();
    assertThat(report.steps())
        .extracting(StepReport::status)
        .containsExactly(Optional.of(Status.CACHED), Optional.empty(), Optional.empty());
    assertThat(JsonReport.of(report)).contains("\"result\" : \"RUNNING\"");
  }

  @Test
  void stepsWithoutAnEndAreCanceledOrSkippedOnceTheBuildHasEnded() {
    List<BuildEvent> events = new ArrayList<>(Events.success().subList(0, 6));
    events.add(Events.ended(600, Result.CANCELED, "canceled by the user"));

    assertThat(report(events).steps())
        .extracting(step -> step.status().orElseThrow())
        .containsExactly(Status.CACHED, Status.CANCELED, Status.SKIPPED);
  }

  @Test
  void aStepThatStartsAgainElsewhereForgetsItsFirstOutput() {
    BuildReport report =
        report(
            List.of(
                Events.planned(),
                Events.started(100, 1, "agent-1"),
                Events.printed(110, 1, "from the lost agent"),
                Events.started(200, 1, "agent-2"),
                Events.printed(210, 1, "from the second"),
                Events.failed(300, 1, 1, "failed")));

    StepReport step = report.steps().get(1);
    assertThat(step.lastLines()).containsExactly("from the second");
    assertThat(step.startMillis()).isEqualTo(200);
  }

  @Test
  void onlyTheLastTwentyLinesOfAFailedStepAreKept() {
    BuildReportRecorder recorder = new BuildReportRecorder();
    recorder.on(Events.planned());
    recorder.on(Events.started(100, 1, "agent-1"));
    for (int line = 1; line <= 1000; line++) {
      recorder.on(Events.printed(100 + line, 1, "line " + line));
    }
    recorder.on(Events.failed(2000, 1, 1, "failed"));

    assertThat(recorder.report().steps().get(1).lastLines())
        .hasSize(20)
        .startsWith("line 981")
        .endsWith("line 1000");
  }

  @Test
  void anEndlessLineIsCut() {
    BuildReportRecorder recorder = new BuildReportRecorder();
    recorder.on(Events.started(100, 1, "agent-1"));
    recorder.on(Events.printed(110, 1, "x".repeat(1_000_000)));
    recorder.on(Events.failed(2000, 1, 1, "failed"));

    assertThat(recorder.report().steps().get(0).lastLines().get(0)).hasSizeLessThan(5000);
  }

  @Test
  void everyEventIsOneLineOfJson() throws IOException {
    List<String> lines = new ArrayList<>();
    JsonProgress progress = new JsonProgress(lines::add);
    Events.success().forEach(progress::on);
    Events.failure().forEach(progress::on);

    List<String> names = new ArrayList<>();
    for (String line : lines) {
      assertThat(line).doesNotContain("\n");
      JsonNode event = new ObjectMapper().readTree(line);
      assertThat(event.get("atMs").isNumber()).isTrue();
      names.add(event.get("event").asText());
    }
    assertThat(names)
        .startsWith("planned", "baseImageResolved", "stepFinished", "transferred", "stepStarted")
        .contains("stepPrinted", "notice")
        .endsWith("finished");
    JsonNode failed = new ObjectMapper().readTree(lines.get(lines.size() - 3));
    assertThat(failed.at("/failure/exitCode").asInt()).isEqualTo(3);
    assertThat(failed.at("/miss/cause").asText()).isEqualTo("MOUNT_CONTENT");
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = BuildReportTest.class.getResourceAsStream(name)) {
      assertThat(stream).as(name).isNotNull();
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
