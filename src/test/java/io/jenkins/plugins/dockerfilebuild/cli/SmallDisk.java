package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file system of its own that is soon full, mounted over a directory; needs root. */
record SmallDisk(Path path) implements AutoCloseable {

  /**
   * @param size as mount has it, such as {@code 40m}
   */
  static SmallDisk mount(Path directory, String size) throws IOException {
    run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString());
    return new SmallDisk(directory);
  }

  /** Has room again. */
  void grow(String size) throws IOException {
    run("mount", "-o", "remount,size=" + size, path.toString());
  }

  /** Leaves no room at all. */
  void fill() throws IOException {
    try (OutputStream file = Files.newOutputStream(path.resolve("filling"))) {
      byte[] page = new byte[4096];
      while (true) {
        file.write(page);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left on device");
    }
  }

  @Override
  public void close() throws IOException {
    run("umount", "--lazy", path.toString());
  }

  private static void run(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(words));
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.onExit().thenApply(Process::exitValue).join())
        .as(String.join(" ", words) + " (needs root)")
        .isZero();
  }
}
