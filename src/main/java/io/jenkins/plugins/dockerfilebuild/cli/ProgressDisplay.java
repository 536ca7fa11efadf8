package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import io.jenkins.plugins.dockerfilebuild.report.JsonProgress;
import io.jenkins.plugins.dockerfilebuild.report.PlacementNotices;
import io.jenkins.plugins.dockerfilebuild.report.PlainConsole;
import io.jenkins.plugins.dockerfilebuild.report.TerminalConsole;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** How the user watches a build. Closing it leaves the terminal as it was; may be done twice. */
final class ProgressDisplay implements AutoCloseable {

  private static final long FRAME_MILLIS = 100;

  private final BuildListener listener;
  private final Optional<Consumer<String>> notes;
  private final Runnable end;

  /**
   * @param notes prints a line for the user, where the display is for people
   */
  private ProgressDisplay(BuildListener listener, Optional<Consumer<String>> notes, Runnable end) {
    this.listener = listener;
    this.notes = notes;
    this.end = end;
  }

  /** The values of {@code --progress}. */
  enum Kind {
    AUTO,
    PLAIN,
    TTY,
    JSON,
    NONE;

    /** Events, or the image id, go where results go; all else is for eyes. */
    boolean writesToStandardOutput() {
      return this == JSON || this == NONE;
    }
  }

  /**
   * @param dockerfile its lines, to be shown where a step fails
   */
  static ProgressDisplay open(Kind kind, List<String> dockerfile, CommandIo io) {
    return switch (kind) {
      case NONE -> new ProgressDisplay(event -> {}, Optional.empty(), () -> {});
      case JSON ->
          new ProgressDisplay(
              new JsonProgress(line -> print(io.out(), line)), Optional.empty(), () -> {});
      case PLAIN -> plain(dockerfile, io);
      case TTY ->
          terminal(
              ControllingTerminal.find(io).orElseGet(() -> ControllingTerminal.assume(io)),
              dockerfile,
              io);
      case AUTO ->
          ControllingTerminal.find(io)
              .map(screen -> terminal(screen, dockerfile, io))
              .orElseGet(() -> plain(dockerfile, io));
    };
  }

  private static ProgressDisplay plain(List<String> dockerfile, CommandIo io) {
    Consumer<String> print = line -> print(io.err(), line);
    return new ProgressDisplay(new PlainConsole(dockerfile, print), Optional.of(print), () -> {});
  }

  private static void print(PrintStream stream, String line) {
    stream.println(line);
    stream.flush();
  }

  private static ProgressDisplay terminal(
      ControllingTerminal screen, List<String> dockerfile, CommandIo io) {
    boolean colours = io.variable("NO_COLOR").isEmpty();
    TerminalConsole console =
        new TerminalConsole(dockerfile, screen, () -> System.nanoTime() / 1_000_000, colours);
    ScheduledExecutorService frames =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "progress");
              thread.setDaemon(true);
              return thread;
            });
    var drawing =
        frames.scheduleWithFixedDelay(
            console::draw, FRAME_MILLIS, FRAME_MILLIS, TimeUnit.MILLISECONDS);
    return new ProgressDisplay(
        console,
        Optional.of(console::note),
        () -> {
          drawing.cancel(false);
          frames.shutdown();
          console.close();
        });
  }

  /** Whether a failed step is shown with its last lines, so that nobody else has to. */
  boolean showsFailures() {
    return notes.isPresent();
  }

  /** Tells the user something that is no event of the build; from any thread. */
  void note(String line) {
    notes.ifPresent(print -> print.accept(line));
  }

  BuildListener listener() {
    return listener;
  }

  /** The same display, which also says why each step went where it went. */
  ProgressDisplay explainingPlacement() {
    return notes.isPresent()
        ? new ProgressDisplay(new PlacementNotices(listener), notes, end)
        : this;
  }

  @Override
  public void close() {
    end.run();
  }
}
