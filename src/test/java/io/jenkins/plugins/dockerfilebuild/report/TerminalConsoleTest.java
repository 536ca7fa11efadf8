package io.jenkins.plugins.dockerfilebuild.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Result;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TerminalConsoleTest {

  private final VirtualTerminal terminal = new VirtualTerminal(100, 24);
  private long now = 50_000;
  private final TerminalConsole console =
      new TerminalConsole(Events.DOCKERFILE, terminal, () -> now, true);

  /** Time passes until the event happens. */
  private void tell(BuildEvent event) {
    now = 50_000 + event.atMillis();
    console.on(event);
  }

  @Test
  void runningStepsShowElapsedTimeAndTheirLastLines() {
    tell(Events.planned());
    tell(Events.cached(30, 0, 41_000));
    tell(Events.started(100, 1, "agent-2"));
    for (int line = 1; line <= 6; line++) {
      tell(Events.printed(200, 1, "line " + line));
    }
    now += 3_000;
    console.draw();

    assertThat(terminal.text())
        .containsExactly(
            "#0 [build 1/2] cached on agent-1 (saved 41 s): COPY src /src",
            "building 3.2 s: 1 of 3 steps",
            "3.1 s agent-2 #1 [build 2/2] RUN --mount=type=cache,id=m2,target=/root/.m2 mvn package",
            "  | line 3",
            "  | line 4",
            "  | line 5",
            "  | line 6");
    assertThat(terminal.cursorVisible()).isFalse();
  }

  @Test
  void aFinishedStepFoldsIntoOneLine() {
    terminal.resize(90, 24);
    for (BuildEvent event : Events.success()) {
      tell(event);
      console.draw();
    }
    console.close();

    assertThat(terminal.text())
        .containsExactly(
            "base image busybox is sha256:abc (agent-1)",
            "#0 [build 1/2] cached on agent-1 (saved 41 s): COPY src /src",
            "sent stage build from agent-1 to agent-2: 4.4 MB in 0.4 s",
            "#1 [build 2/2] waits for the locked cache m2",
            "agent-2 mounts volumes of its engine, not directories: The engine is far.",
            "#1 [build 2/2] done in 2.0 s on agent-2, ran because src/App.java changed; cache m2 synce",
            "#2 [stage-1 1/1] done in 1.0 s on agent-2, ran because src/App.java changed; cache m2 syn",
            "published cache m2 version 13 (agent-2): 4,322 files, 341 MB in 0.1 s, the newer of two f",
            "pushed registry.example/app:1, digest sha256:feedbeeffeedbeeffeedbeeffeedbeeffeedbeeffeed",
            "built sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef in 3.2 s: 1",
            "cached (saved 41 s), 2 executed");
    assertThat(terminal.cursorVisible()).isTrue();
  }

  @Test
  void aFailureShowsAllThatWasKeptOfTheOutput() {
    tell(Events.planned());
    tell(Events.started(100, 1, "agent-2"));
    for (int line = 1; line <= 300; line++) {
      tell(Events.printed(200, 1, "line " + line + " " + "wide ".repeat(30)));
      console.draw();
    }
    tell(Events.failed(1000, 1, 3, "the command ended with exit status 3"));
    tell(Events.ended(1010, Result.FAILURE, "step #1 failed"));
    console.close();

    String shown = String.join("", terminal.text());
    for (int line = 1; line <= 300; line++) {
      assertThat(shown).contains("| line " + line + " " + "wide ".repeat(30).strip());
    }
    assertThat(shown).contains("with exit status 3", ">> 4 |     mvn package", "failed in 1.0 s");
  }

  @Test
  void abortGivesTheCursorBackAndLeavesNoRunningStep() {
    tell(Events.planned());
    tell(Events.started(100, 1, "agent-2"));
    console.draw();
    console.close();
    console.close();
    console.draw();

    assertThat(terminal.cursorVisible()).isTrue();
    assertThat(terminal.text()).isEmpty();
  }

  @Test
  void moreRunningStepsThanRowsAreCounted() {
    terminal.resize(60, 6);
    tell(Events.planned());
    for (int step = 0; step < 10; step++) {
      tell(Events.started(100, step, "agent-1"));
    }
    console.draw();
    console.draw();

    assertThat(terminal.text()).hasSize(5).endsWith("7 more run");
  }

  @Test
  void noFrameLeavesRemainsWhateverTheSizeAndItsChanges() {
    Random random = new Random(7);
    tell(Events.planned());
    for (int round = 0; round < 400; round++) {
      tell(Events.started(100, 1, "agent-2"));
      tell(Events.printed(200, 1, "中文 " + "output ".repeat(random.nextInt(40))));
      if (random.nextInt(4) == 0) {
        terminal.resize(20 + random.nextInt(120), 24);
      }
      console.draw();
      assertThat(terminal.text().stream().filter(l -> l.startsWith("building"))).hasSize(1);
    }
    console.close();
    assertThat(terminal.text()).isEmpty();
  }

  @Test
  void liveLinesNeverWrapInAnyWidth() {
    for (int width = 2; width < 130; width++) {
      VirtualTerminal narrow = new VirtualTerminal(width, 10);
      TerminalConsole display = new TerminalConsole(List.of(), narrow, () -> now, false);
      display.on(Events.planned());
      display.on(Events.started(100, 1, "agent-2"));
      display.on(Events.printed(200, 1, "\tx".repeat(60)));
      display.draw();
      assertThat(narrow.hasWrapped()).as("width %d", width).isFalse();
    }
  }

  @Test
  void aFrameIsOneWrite() {
    Events.success().forEach(this::tell);
    int before = terminal.writes();
    console.draw();

    assertThat(terminal.writes()).isEqualTo(before + 1);
  }

  @Test
  void escapeSequencesOfAStepNeverReachTheTerminal() {
    tell(Events.planned());
    tell(Events.started(100, 1, "agent-2\u001b[5m"));
    tell(Events.printed(200, 1, "\u001b[2J\u001b[H\u001b]0;title\u0007text\u001b[?1049h"));
    console.draw();
    tell(Events.failed(300, 1, 1, "\u001b[8mhidden"));
    console.close();

    // The virtual terminal refuses every sequence that is not the display's own.
    assertThat(terminal.text()).contains("  | text", "hidden");
  }
}
