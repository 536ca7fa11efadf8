package io.jenkins.plugins.dockerfilebuild.execution.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's Podman as an engine, with images and containers of its own. */
public final class TestPodman implements AutoCloseable {

  private final String host;
  private final Process process;
  private final Path directory;

  private TestPodman(String host, Process process, Path directory) {
    this.host = host;
    this.process = process;
    this.directory = directory;
  }

  /** Starts one whose files lie in {@code directory}; its limits fit machines with low ones. */
  public static TestPodman start(Path directory) throws IOException, InterruptedException {
    Path settings =
        Files.writeString(
            directory.resolve("containers.conf"),
            "[containers]\ndefault_ulimits = [\"nofile=20000:20000\", \"nproc=10000:10000\"]\n");
    Path socket = directory.resolve("podman.sock");
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(
                "env",
                "CONTAINERS_CONF=" + settings,
                "podman",
                "--root=" + directory.resolve("root"),
                "--runroot=" + directory.resolve("run"),
                "--runtime=runc",
                "system",
                "service",
                "--time=0",
                "unix://" + socket)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    for (int i = 0; !Files.exists(socket); i++) {
      if (!process.isAlive() || i > 400) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "Podman did not start, is the package podman there? " + Files.readString(log));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return new TestPodman("unix://" + socket, process, directory);
  }

  /** As a test engine, with the base image of tests. */
  public TestEngine engine() {
    return TestEngine.at(host);
  }

  /** Ends it, and undoes what its storage has mounted below the directory. */
  @Override
  public void close() throws IOException {
    process.destroy();
    process.onExit().join();
    List<String> mounts =
        Files.readAllLines(Path.of("/proc/self/mounts")).stream()
            .map(line -> line.split(" ", -1)[1])
            .filter(mount -> Path.of(mount).startsWith(directory))
            .sorted(Comparator.reverseOrder())
            .toList();
    for (String mount : mounts) {
      new ProcessBuilder("umount", "--lazy", mount).start().onExit().join();
    }
  }
}
