package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.HostLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Who keeps what lies in a directory, whatever it is called by those that it is attached to: what
 * the directory holds is known by this, so it lies in there, in the file {@code id}, made by who
 * opens it first.
 */
final class StateIdentity {

  /** Unique for each installation of Linux, and made anew where one is cloned (systemd). */
  private static final Path MACHINE = Path.of("/etc/machine-id");

  private static final int DIGITS = 32;

  private StateIdentity() {}

  /** The id of a directory that goes from machine to machine, as a network file system does. */
  static String of(Path state) throws IOException {
    String id = read(state);
    return id.isEmpty() ? made(state) : id;
  }

  /**
   * The id of a directory on this machine. In the image of a machine with a directory that is full
   * already, as one makes for agents that are to begin warm, it is there once for each machine.
   */
  static String onMachine(Path state) throws IOException {
    return onMachine(state, MACHINE);
  }

  static String onMachine(Path state, Path machine) throws IOException {
    return digits(of(state) + "\n" + machineId(machine));
  }

  /** Empty on other systems, in most containers, and where it may not be read. */
  private static String machineId(Path machine) {
    try {
      return text(machine);
    } catch (IOException unreadable) {
      return "";
    }
  }

  /** Of those that come at once one makes it. */
  private static String made(Path state) throws IOException {
    HostLock.exclusive(state.resolve("id.lock"))
        .releaseAfter(
            () -> {
              if (read(state).isEmpty()) {
                String id = digits(UUID.randomUUID().toString());
                AtomicFiles.write(file(state), id.getBytes(StandardCharsets.US_ASCII));
              }
            });
    return read(state);
  }

  private static String digits(String text) {
    return Digest.of(text).hex().substring(0, DIGITS);
  }

  private static Path file(Path state) {
    return state.resolve("id");
  }

  /** Empty for none, or one that a power failure cut short. */
  private static String read(Path state) throws IOException {
    String id = text(file(state));
    return id.matches("[0-9a-f]{" + DIGITS + "}") ? id : "";
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (NoSuchFileException none) {
      return "";
    }
  }
}
