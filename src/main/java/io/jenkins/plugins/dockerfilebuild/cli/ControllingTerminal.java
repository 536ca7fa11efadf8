package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.report.TerminalScreen;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The terminal behind standard error. Its size is asked of {@code stty}, once at the start and once
 * after every change of the window (SIGWINCH).
 */
final class ControllingTerminal implements TerminalScreen {

  private static final Pattern SIZE = Pattern.compile("(\\d{1,4}) (\\d{1,4})");
  private static final long PATIENCE_SECONDS = 2;
  private static final Size USUAL = new Size(24, 80);

  private final PrintStream stream;
  private volatile Size size;
  private volatile boolean resized = false;

  private record Size(int rows, int columns) {}

  private ControllingTerminal(PrintStream stream, Size size) {
    this.stream = stream;
    this.size = size;
    Signals.handle("WINCH", () -> resized = true);
  }

  /** The terminal that the process writes its errors to, if it is one. */
  static Optional<ControllingTerminal> find(CommandIo io) {
    if (!io.attached() || io.variable("TERM").filter(t -> !t.equals("dumb")).isEmpty()) {
      return Optional.empty();
    }
    return ask().map(size -> new ControllingTerminal(io.err(), size));
  }

  /** For {@code --progress tty}: draws as on a terminal whatever is there. */
  static ControllingTerminal assume(CommandIo io) {
    return new ControllingTerminal(io.err(), USUAL);
  }

  @Override
  public int columns() {
    return current().columns();
  }

  @Override
  public int rows() {
    return current().rows();
  }

  @Override
  public void write(String text) {
    stream.print(text);
    stream.flush();
  }

  private Size current() {
    if (resized) {
      resized = false;
      ask().ifPresent(now -> size = now);
    }
    return size;
  }

  private static Optional<Size> ask() {
    try {
      Process stty =
          new ProcessBuilder("sh", "-c", "test -t 2 && stty size <&2")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try {
        if (!stty.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          return Optional.empty();
        }
        return parse(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
      } finally {
        stty.destroyForcibly();
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** A terminal that does not know its size says 0 0. */
  private static Optional<Size> parse(String answer) {
    Matcher numbers = SIZE.matcher(answer.strip());
    if (!numbers.matches()) {
      return Optional.empty();
    }
    int rows = Integer.parseInt(numbers.group(1));
    int columns = Integer.parseInt(numbers.group(2));
    return Optional.of(rows == 0 || columns == 0 ? USUAL : new Size(rows, columns));
  }
}
