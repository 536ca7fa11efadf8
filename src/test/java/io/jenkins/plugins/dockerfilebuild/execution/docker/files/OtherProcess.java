package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A Java process of its own that takes a lock, says so, and holds it until it is told to end. */
public final class OtherProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;

  private OtherProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * @param mode {@code shared} or {@code exclusive}
   */
  public static OtherProcess locking(Path file, String mode) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            OtherProcess.class.getName(),
            file.toString(),
            mode);
    OtherProcess other =
        new OtherProcess(
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    assertThat(other.output.readLine()).isEqualTo("asking");
    return other;
  }

  /** Waits until it has the lock. */
  public OtherProcess awaitLock() throws IOException {
    assertThat(output.readLine()).isEqualTo("locked");
    return this;
  }

  /** Ends it as a crash would. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Ends it in order, so that it releases the lock itself. */
  void end() throws IOException {
    process.getOutputStream().close();
    process.onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  public static void main(String[] args) throws IOException {
    System.out.println("asking");
    Path file = Path.of(args[0]);
    try (HostLock lock =
        args[1].equals("shared") ? HostLock.shared(file) : HostLock.exclusive(file)) {
      System.out.println(lock.isHeld() ? "locked" : "lost");
      System.out.flush();
      System.in.read();
    }
  }
}
