package io.jenkins.plugins.dockerfilebuild.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Failure;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Result;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Step;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import io.jenkins.plugins.dockerfilebuild.plan.Miss;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlReportTest {

  private static final String HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>";

  private static String page(List<BuildEvent> events) {
    BuildReportRecorder recorder = new BuildReportRecorder();
    events.forEach(recorder::on);
    return HtmlReport.of(recorder.report());
  }

  @Test
  void thePageShowsStepsReasonsMountsAndATimeline() {
    String page = page(Events.success());

    assertThat(page)
        .contains("sha256:0123456789abcdef")
        .contains("saved 41 s")
        .contains("ran because src/App.java changed")
        .contains(
            "cache m2 synced, version 12 of 1 min 30 s ago, 4,321 files, 340 MB, 400 kB received from agent-1, 31 chunks (2.0 MB) re-used, in 0.3 s, waited 1.5 s at /root/.m2")
        .contains("<td class=\"EXECUTED\">executed</td>")
        .contains("<h3>agent-2</h3><svg")
        .contains("sent stage build from agent-1 to agent-2: 4.4 MB in 0.4 s")
        .contains("waits for the locked cache m2");
  }

  /** As the consoles call it, and as one word: a name that wraps makes rows hard to read. */
  @Test
  void aStageWithoutANameIsCalledByItsNumberAndNamesDoNotWrap() {
    assertThat(page(Events.success()))
        .contains("<td class=\"name\">stage-1</td>", "<td class=\"name\">build</td>")
        .contains("<td class=\"name\">agent-2</td>")
        .contains("td.name { white-space: nowrap;");
  }

  @Test
  void aFailureShowsMessageAndLastLines() {
    assertThat(page(Events.failure()))
        .contains("#1 [build 2/2] failed")
        .contains("the command ended with exit status 3")
        .contains("[ERROR] no such symbol");
  }

  @Test
  void thePageLoadsNothingAndRunsNothing() {
    assertThat(page(Events.success()))
        .contains("default-src 'none'; style-src 'unsafe-inline'")
        .doesNotContain(
            "<script", "<link", "src=", "href=", "url(", "@import", "http://", "https://");
  }

  @Test
  void hostileTextNeverBecomesMarkupWhereverItStands() {
    String page = page(hostileBuild());

    assertThat(page).doesNotContain("<script", "<img").doesNotContain("\u001b");
    // The text is still there, as text, once for each field that the page shows.
    assertThat(Pattern.compile("&lt;script&gt;").matcher(page).results().count())
        .isGreaterThanOrEqualTo(14);
  }

  private static List<BuildEvent> hostileBuild() {
    Miss miss = new Miss(Miss.Cause.INSTRUCTION, HOSTILE);
    MountReport mount =
        new MountReport(
            HOSTILE,
            HOSTILE,
            HOSTILE,
            HOSTILE,
            1,
            1,
            1,
            1,
            1,
            1,
            1,
            Optional.of(new MountReport.Sync(1, Map.of(HOSTILE, 1L), 1, 1, 1)));
    MountReport bind = MountReport.local(HOSTILE, "", HOSTILE, "", 1, 1);
    return List.of(
        new BuildEvent.Planned(
            1, HOSTILE, List.of(new Step(0, HOSTILE, 1, 1, 1, 1, HOSTILE)), List.of(HOSTILE)),
        new BuildEvent.BaseImageResolved(2, HOSTILE, HOSTILE, Optional.of(HOSTILE), HOSTILE),
        new BuildEvent.StepStarted(3, 0, HOSTILE, HOSTILE, Optional.of(miss)),
        new BuildEvent.StepPrinted(4, 0, "\u001b[31m" + HOSTILE, true),
        new BuildEvent.Transferred(5, HOSTILE, HOSTILE, HOSTILE, 1, 1),
        new BuildEvent.Notice(6, Optional.of(0), HOSTILE),
        new BuildEvent.StepFinished(
            9,
            0,
            Status.FAILED,
            Optional.of(HOSTILE),
            HOSTILE,
            6,
            0,
            Optional.of(miss),
            List.of(mount, bind),
            1,
            Optional.of(new Failure(1, HOSTILE))),
        new BuildEvent.Finished(10, Result.FAILURE, Optional.of(HOSTILE), Optional.of(HOSTILE)));
  }
}
