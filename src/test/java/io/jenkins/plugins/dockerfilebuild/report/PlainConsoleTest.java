package io.jenkins.plugins.dockerfilebuild.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Result;
import io.jenkins.plugins.dockerfilebuild.plan.Miss;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlainConsoleTest {

  private static List<String> lines(List<BuildEvent> events) {
    List<String> lines = new ArrayList<>();
    PlainConsole console = new PlainConsole(Events.DOCKERFILE, lines::add);
    events.forEach(console::on);
    return lines;
  }

  @Test
  void aSuccessIsALineForEachEvent() {
    assertThat(lines(Events.success()))
        .containsExactly(
            "building app/Dockerfile: 3 steps on agent-1, agent-2",
            "base image busybox is sha256:abc (agent-1)",
            "#0 [build 1/2] cached on agent-1 (saved 41 s): COPY src /src",
            "sent stage build from agent-1 to agent-2: 4.4 MB in 0.4 s",
            "#1 [build 2/2] runs because src/App.java changed (on agent-2): "
                + "RUN --mount=type=cache,id=m2,target=/root/.m2 mvn package",
            "#1 0.3 [INFO] compiling",
            "#1 [build 2/2] waits for the locked cache m2",
            "agent-2 mounts volumes of its engine, not directories: The engine is far.",
            "#1 [build 2/2] done in 2.0 s on agent-2; cache m2 synced, version 12 of 1 min 30 s ago, 4,321 files, 340 MB, 400 kB received from agent-1, 31 chunks (2.0 MB) re-used, in 0.3 s, waited 1.5 s;"
                + " received 400 kB",
            "#2 [stage-1 1/1] runs because src/App.java changed (on agent-2): "
                + "COPY --from=build /out /",
            "#2 [stage-1 1/1] done in 1.0 s on agent-2; cache m2 synced, version 12 of 1 min 30 s ago, 4,321 files, 340 MB, 400 kB received from agent-1, 31 chunks (2.0 MB) re-used, in 0.3 s, waited 1.5 s;"
                + " received 400 kB",
            "pushing registry.example/app:1 from agent-1: 1 of 2 layers are there",
            "published cache m2 version 13 (agent-2): 4,322 files, 341 MB in 0.1 s, the newer of two for 2 paths",
            "pushed registry.example/app:1, digest " + Events.DIGEST + ", in 0.0 s",
            "built sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                + " in 3.2 s: 1 cached (saved 41 s), 2 executed");
  }

  @Test
  void theReasonOfAllStepsOfABuildIsToldOnce() {
    Miss first = new Miss(Miss.Cause.FIRST_BUILD, "no earlier build is known");
    List<String> lines =
        lines(
            List.of(
                Events.planned(),
                new BuildEvent.StepStarted(20, 0, "agent-1", "key-0", Optional.of(first)),
                new BuildEvent.StepStarted(30, 1, "agent-2", "key-1", Optional.of(first)),
                Events.started(40, 2, "agent-1")));

    assertThat(lines.get(1)).contains("runs because no earlier build is known (on agent-1)");
    assertThat(lines.get(2)).contains("runs (on agent-2)");
    assertThat(lines.get(3)).contains("runs because src/App.java changed (on agent-1)");
  }

  @Test
  void aFailureShowsWhereHowAndTheLastLines() {
    assertThat(lines(Events.failure()))
        .containsSubsequence(
            "#1 [build 2/2] failed after 0.9 s on agent-2 with exit status 3",
            "the command ended with exit status 3",
            "app/Dockerfile:3",
            "     1 | FROM busybox AS build",
            "     2 | COPY src /src",
            "  >> 3 | RUN --mount=type=cache,id=m2,target=/root/.m2 \\",
            "  >> 4 |     mvn package",
            "     5 | FROM scratch",
            "     6 | COPY --from=build /out /",
            "last 2 lines of output:",
            "  | [INFO] compiling",
            "  | [ERROR] no such symbol",
            "#2 [stage-1 1/1] skipped: COPY --from=build /out /",
            "failed in 1.0 s: 1 cached (saved 41 s), 1 failed, 1 skipped");
  }

  @Test
  void longOutputOfAFailedStepIsShortenedAndSaysSo() {
    List<BuildEvent> events = new ArrayList<>();
    events.add(Events.planned());
    events.add(Events.started(100, 1, "agent-1"));
    for (int line = 1; line <= 50; line++) {
      events.add(Events.printed(100, 1, "line " + line));
    }
    events.add(Events.failed(200, 1, 1, "failed"));

    assertThat(lines(events))
        .contains("last 20 lines of output (30 before are left out):", "  | line 31")
        .doesNotContain("  | line 30");
  }

  @Test
  void aLineOfOutputIsNoLines() {
    assertThat(
            lines(
                List.of(
                    Events.planned(),
                    Events.started(100, 1, "agent-1"),
                    Events.printed(100, 1, "no such symbol"),
                    Events.failed(200, 1, 1, "failed"))))
        .containsSubsequence("last line of output:", "  | no such symbol");
  }

  @Test
  void aBuildWithoutAPlanHasNothingToSumUp() {
    assertThat(lines(List.of(Events.ended(50, Result.FAILURE, "unknown stage")))).isEmpty();
  }

  @Test
  void noEscapeSequencePassesFromAnyField() {
    String hostile = "\u001b]0;x\u0007\u001b[2Jtext\r\n";
    List<BuildEvent> events =
        List.of(
            new BuildEvent.Planned(1, hostile, List.of(), List.of(hostile)),
            new BuildEvent.BaseImageResolved(1, hostile, hostile, Optional.of(hostile), hostile),
            new BuildEvent.StepStarted(1, 7, hostile, hostile, Optional.of(Events.MISS)),
            Events.printed(2, 7, hostile),
            new BuildEvent.Notice(3, Optional.of(7), hostile),
            new BuildEvent.Transferred(4, hostile, hostile, hostile, 1, 1),
            Events.failed(5, 7, 1, hostile),
            new BuildEvent.Finished(6, Result.FAILURE, Optional.empty(), Optional.of(hostile)));

    assertThat(lines(events))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).doesNotContain("\u001b", "\r", "\n", "\u0007"));
  }
}
