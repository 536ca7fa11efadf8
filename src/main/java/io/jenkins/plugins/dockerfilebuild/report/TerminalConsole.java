package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import io.jenkins.plugins.dockerfilebuild.report.DisplayLine.Style;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A build on a terminal: running steps with their elapsed time and last lines at the bottom,
 * everything finished folded into one line each above. Of a step that fails, all kept output is
 * shown; why a build failed without a step is for its owner to tell.
 *
 * <p>Events change the state, {@link #draw} shows it; whoever owns the console calls that at most
 * ten times a second, and {@link #close} at the end, which gives the cursor back. Thread-safe.
 */
public final class TerminalConsole implements BuildListener, AutoCloseable {

  private static final int KEPT_LINES = 2_000;
  private static final int TAIL_LINES = 4;

  private final List<String> dockerfile;
  private final LongSupplier clockMillis;
  private final TerminalScreen screen;
  private final LiveRegion region;
  // All below guarded by "this".
  private final StepNames names = new StepNames();
  private final Tally tally = new Tally();
  private final ToldReasons reasons = new ToldReasons();
  private final Map<Integer, Running> running = new LinkedHashMap<>();
  private final List<DisplayLine> finished = new ArrayList<>();
  private String file = "Dockerfile";
  private int steps = 0;
  // The clock's time at which the build began; events count from there.
  private long origin;
  private Optional<BuildEvent.PushProgressed> pushing = Optional.empty();
  private boolean planned = false;
  private boolean ended = false;
  private boolean closed = false;

  private record Running(BuildEvent.Step step, String agent, long startMillis, OutputTail output) {}

  /**
   * @param dockerfile the lines of the Dockerfile, shown where a step fails; may be empty
   * @param clockMillis any clock that does not jump, such as {@code System.nanoTime() / 1_000_000}
   * @param colours whether to use colours and bold at all (see no-color.org)
   */
  public TerminalConsole(
      List<String> dockerfile, TerminalScreen screen, LongSupplier clockMillis, boolean colours) {
    this.dockerfile = List.copyOf(dockerfile);
    this.screen = screen;
    this.clockMillis = clockMillis;
    this.region = new LiveRegion(screen, colours);
    this.origin = clockMillis.getAsLong();
  }

  @Override
  public synchronized void on(BuildEvent event) {
    origin = clockMillis.getAsLong() - event.atMillis();
    if (event instanceof BuildEvent.Planned plan) {
      planned = true;
      file = plan.dockerfile();
      steps = plan.steps().size();
      names.learn(plan.steps());
    } else if (event instanceof BuildEvent.AgentJoined joined) {
      Phrases.joined(joined).ifPresent(phrase -> fold(Style.FAINT, phrase));
    } else if (event instanceof BuildEvent.BaseImageResolved resolved) {
      fold(Style.FAINT, Phrases.resolved(resolved));
    } else if (event instanceof BuildEvent.StepStarted started) {
      running.remove(started.step());
      running.put(started.step(), running(started.step(), started.agent(), started.atMillis()));
    } else if (event instanceof BuildEvent.StepPrinted printed) {
      running
          .computeIfAbsent(printed.step(), step -> running(step, "", printed.atMillis()))
          .output()
          .add(printed.line());
    } else if (event instanceof BuildEvent.StepFinished stepFinished) {
      stepFinished(stepFinished);
    } else if (event instanceof BuildEvent.Transferred transferred) {
      fold(Style.FAINT, Phrases.transferred(transferred));
    } else if (event instanceof BuildEvent.ImageMade image) {
      fold(Style.GOOD, Phrases.imageMade(image));
    } else if (event instanceof BuildEvent.PushProgressed progressed) {
      pushing = Optional.of(progressed);
    } else if (event instanceof BuildEvent.Pushed pushed) {
      pushing = Optional.empty();
      fold(Style.GOOD, Phrases.pushed(pushed));
    } else if (event instanceof BuildEvent.CachePublished published) {
      fold(Style.GOOD, Phrases.published(published));
    } else if (event instanceof BuildEvent.Notice notice) {
      notice(notice);
    } else if (event instanceof BuildEvent.Finished end) {
      buildEnded(end);
    }
  }

  /** Prints a line that comes from no event, such as what Ctrl-C does. */
  public synchronized void note(String line) {
    finished.add(DisplayLine.whole(Style.STRONG, PrintableText.of(line)));
  }

  /** Draws what has changed since the last time, in one write. */
  public synchronized void draw() {
    if (!closed) {
      region.draw(List.copyOf(finished), ended ? List.of() : live());
      finished.clear();
    }
  }

  /** Draws the last frame, without running steps, and gives the cursor back. */
  @Override
  public synchronized void close() {
    if (!closed) {
      ended = true;
      draw();
      region.close();
      closed = true;
    }
  }

  private Running running(int step, String agent, long startMillis) {
    return new Running(
        names.step(step), PrintableText.of(agent), startMillis, new OutputTail(KEPT_LINES));
  }

  private void stepFinished(BuildEvent.StepFinished end) {
    tally.count(end);
    Running was = running.remove(end.step());
    BuildEvent.Step step = names.step(end.step());
    if (end.status() == Status.FAILED) {
      OutputTail output = was == null ? new OutputTail(0) : was.output();
      fold(Style.BAD, StepNames.prefix(step) + " FAILED: " + StepNames.text(step));
      new FailureText(file, dockerfile)
          .of(step, end, output)
          .forEach(line -> finished.add(DisplayLine.whole(Style.NORMAL, line)));
    } else {
      String fact =
          StepNames.prefix(step) + " " + Phrases.finishedWithReason(end, reasons.news(end.miss()));
      fold(style(end.status()), fact + ": " + StepNames.text(step));
    }
  }

  private static Style style(Status status) {
    return switch (status) {
      case CACHED, EXECUTED -> Style.GOOD;
      case FAILED -> Style.BAD;
      case CANCELED, SKIPPED -> Style.FAINT;
    };
  }

  private void notice(BuildEvent.Notice notice) {
    String step = notice.step().map(s -> StepNames.prefix(names.step(s)) + " ").orElse("");
    finished.add(DisplayLine.whole(Style.STRONG, step + PrintableText.of(notice.message())));
  }

  private void buildEnded(BuildEvent.Finished end) {
    ended = true;
    running.clear();
    if (planned) {
      finished.add(DisplayLine.whole(Style.STRONG, tally.summary(end)));
    }
  }

  private void fold(Style style, String text) {
    finished.add(DisplayLine.of(style, text));
  }

  /** A headline, then the running steps; all fit on the screen. */
  private List<DisplayLine> live() {
    long now = clockMillis.getAsLong() - origin;
    List<DisplayLine> lines = new ArrayList<>();
    lines.add(DisplayLine.of(Style.STRONG, headline(now)));
    pushing.ifPresent(push -> lines.add(DisplayLine.of(Style.NORMAL, Phrases.pushing(push))));
    int room = screen.rows() - 2;
    int shown = Math.min(running.size(), running.size() > room ? room - 1 : room);
    int tail = shown <= 0 ? 0 : Math.min(TAIL_LINES, (room - shown) / shown);
    running.values().stream().limit(Math.max(0, shown)).forEach(r -> show(lines, r, now, tail));
    if (shown < running.size()) {
      lines.add(DisplayLine.of(Style.FAINT, (running.size() - shown) + " more run"));
    }
    return lines;
  }

  private String headline(long now) {
    String time = Figures.duration(now);
    return planned
        ? "building %s: %d of %d steps".formatted(time, tally.finished(), steps)
        : "planning " + time;
  }

  private static void show(List<DisplayLine> lines, Running step, long now, int tail) {
    String elapsed = Figures.duration(Math.max(0, now - step.startMillis()));
    String agent = step.agent().isEmpty() ? "" : " " + step.agent();
    String name = StepNames.prefix(step.step()) + " " + StepNames.text(step.step());
    lines.add(DisplayLine.of(elapsed + agent + " " + name));
    step.output()
        .last(tail)
        .forEach(line -> lines.add(DisplayLine.of(Style.FAINT, "  | " + PrintableText.of(line))));
  }
}
