package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Docker engine for one test to kill, to stop or to fill; needs root, and the program dockerd.
 */
public final class PrivateEngine implements AutoCloseable {

  private final Path directory;
  private final String host;
  private final Process process;

  private PrivateEngine(Path directory, String host, Process process) {
    this.directory = directory;
    this.host = host;
    this.process = process;
  }

  /**
   * Starts it without networks; returns when it answers.
   *
   * @param directory empty, or what a killed one has left
   */
  public static PrivateEngine start(Path directory) throws Exception {
    String host = "unix://" + directory.resolve("docker.sock");
    return start(directory, host, List.of());
  }

  /**
   * Likewise, as if it were on another machine: it listens on the loopback interface, and where
   * this machine has files below {@code hidden} it has none.
   */
  static PrivateEngine startFar(Path directory, Path hidden) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String script =
        "mount --make-rprivate / && mount -t tmpfs none \"$0\" && exec \"$@\" --tls=false";
    return start(
        directory,
        "tcp://127.0.0.1:" + port,
        List.of("unshare", "--mount", "sh", "-c", script, hidden.toString()));
  }

  private static PrivateEngine start(Path directory, String host, List<String> wrapper)
      throws Exception {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(
        List.of(
            "dockerd",
            "--data-root=" + directory.resolve("data"),
            "--exec-root=" + directory.resolve("exec"),
            "--pidfile=" + directory.resolve("pid"),
            "--host=" + host,
            "--bridge=none",
            "--iptables=false",
            "--ip6tables=false"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    PrivateEngine engine = new PrivateEngine(directory, host, process);
    for (int attempt = 0; !engine.answers(); attempt++) {
      if (!process.isAlive() || attempt > 300) {
        String log = Files.readString(directory.resolve("log"));
        engine.close();
        throw new IllegalStateException("dockerd did not start: " + log);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return engine;
  }

  private boolean answers() {
    try (Engine engine = Engine.at(host())) {
      engine.ping();
      return true;
    } catch (AgentLostException notYet) {
      return false;
    }
  }

  /** Its DOCKER_HOST. */
  public String host() {
    return host;
  }

  /** Ends it and its containerd at once, as a crash would; what containers ran runs on. */
  public void kill() throws IOException {
    List<ProcessHandle> children = process.children().toList();
    process.destroyForcibly().onExit().join();
    children.forEach(ProcessHandle::destroyForcibly);
    // A zombie that nobody reaps counts as running to the next dockerd.
    Files.deleteIfExists(directory.resolve("exec/containerd/containerd.pid"));
  }

  /** Makes it hang: its socket accepts and nothing is answered. */
  public void hang() throws IOException, InterruptedException {
    signal("STOP");
  }

  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder(List.of("kill", "-" + name, String.valueOf(process.pid())))
        .start()
        .waitFor(10, TimeUnit.SECONDS);
  }

  /** Stops it, and the containers that a kill has left running. */
  @Override
  public void close() throws IOException {
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the engine was stopped");
    }
  }

  private void stop() throws IOException, InterruptedException {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    endOwnContainers();
    children.forEach(ProcessHandle::destroyForcibly);
    unmount();
  }

  /** A killed engine leaves the root file systems of its containers mounted. */
  private void unmount() throws IOException, InterruptedException {
    List<String> mounts =
        Files.readAllLines(Path.of("/proc/self/mounts")).stream()
            .map(line -> line.split(" ", 3)[1])
            .filter(target -> target.startsWith(directory + "/"))
            .sorted(Comparator.reverseOrder())
            .toList();
    for (String mount : mounts) {
      new ProcessBuilder("umount", "--lazy", mount).start().waitFor(10, TimeUnit.SECONDS);
    }
  }

  /** A shim outlives its engine; it names the engine's directory in its command line. */
  private void endOwnContainers() throws InterruptedException {
    List<ProcessHandle> left =
        ProcessHandle.allProcesses()
            .filter(p -> p.info().commandLine().orElse("").contains(directory + "/exec"))
            .toList();
    left.forEach(shim -> shim.descendants().forEach(ProcessHandle::destroyForcibly));
    left.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle shim : left) {
      for (int i = 0; i < 100 && shim.isAlive(); i++) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }
}
