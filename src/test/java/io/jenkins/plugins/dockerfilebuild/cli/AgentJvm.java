package io.jenkins.plugins.dockerfilebuild.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The command line in a process of its own, whose lines a test waits for. */
final class AgentJvm implements AutoCloseable {

  private static final String END = "(its output ended)";

  private final Process process;

  /** All that it has printed; guarded by this. */
  private final List<String> lines = new ArrayList<>();

  private AgentJvm(Process process) {
    this.process = process;
    daemon(this::read).start();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "lines");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Starts it.
   *
   * @param prefix such as {@code ip netns exec NAME}; may be empty
   */
  static AgentJvm start(List<String> prefix, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(arguments);
    return new AgentJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("(its output broke off: " + e.getMessage() + ")");
    }
    add(END);
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  /** Waits for a line, also one that was printed before. */
  synchronized String await(Predicate<String> fits) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      var found = lines.stream().filter(fits).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0 || lines.contains(END)) {
        throw new AssertionError("no such line: " + lines);
      }
      wait(left);
    }
  }

  /** Waits until the last line that begins so is this one. */
  synchronized void awaitLast(String prefix, String line) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!line.equals(last(prefix))) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0 || lines.contains(END)) {
        throw new AssertionError("not \"" + line + "\" in the end: " + lines);
      }
      wait(left);
    }
  }

  private String last(String prefix) {
    return lines.stream().filter(l -> l.startsWith(prefix)).reduce("", (before, next) -> next);
  }

  /** Waits until it has printed so many lines, or has ended. */
  synchronized void awaitLines(int count) throws InterruptedException {
    while (lines.size() < count && !lines.contains(END)) {
      wait();
    }
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** Ends it as a crash would. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Ends it as a service manager would. */
  void end() {
    process.destroy();
    process.onExit().join();
  }

  /** Waits until it has ended, and all that it printed is read: that may be a moment later. */
  int awaitExit() throws InterruptedException {
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      throw new AssertionError("still running: " + lines());
    }
    awaitLines(Integer.MAX_VALUE);
    return process.exitValue();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    kill();
  }
}
