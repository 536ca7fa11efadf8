package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The use of an engine by one process. Everything that it makes and must not outlive it carries the
 * session's id: containers and volumes as a label, files by lying in {@link #scratch} or {@link
 * #secrets}. A lock file, which the operating system releases when the process ends however it
 * ends, says that the session lives. Who comes next removes what dead ones left.
 */
public final class Session implements AutoCloseable {

  /** A file system in memory, on Linux. */
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Engine engine;
  private final Path state;
  private final String id;
  private final FileChannel channel;

  private Session(Engine engine, Path state, String id, FileChannel channel) {
    this.engine = engine;
    this.state = state;
    this.id = id;
    this.channel = channel;
  }

  /** Begins a session, after removing what dead ones of the same state directory left behind. */
  public static Session begin(Engine engine, Path state) throws IOException {
    Files.createDirectories(state.resolve("sessions"));
    reapDead(engine, state);
    while (true) {
      String id = UUID.randomUUID().toString();
      Path file = lockFile(state, id);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      channel.lock();
      // Between its creation and its locking another process may have taken it for a dead one's.
      if (Files.exists(file)) {
        Session session = new Session(engine, state, id, channel);
        createPrivately(session.scratch());
        createPrivately(session.secrets());
        return session;
      }
      channel.close();
    }
  }

  /** The name of this session, in the labels of all that it makes. */
  public String id() {
    return id;
  }

  /** A directory for files that go with the session; only this user may enter it. */
  public Path scratch() {
    return scratch(state, id);
  }

  /** Likewise, in memory where the machine has a place for that, so that no disk ever holds it. */
  public Path secrets() {
    return secrets(state, id);
  }

  private static Path lockFile(Path state, String id) {
    return state.resolve("sessions").resolve(id);
  }

  private static Path scratch(Path state, String id) {
    return state.resolve("scratch").resolve(id);
  }

  private static Path secrets(Path state, String id) {
    return Files.isWritable(MEMORY)
        ? MEMORY.resolve("dockerfile-build-" + id)
        : scratch(state, id).resolve("secrets");
  }

  private static void createPrivately(Path directory) throws IOException {
    Files.createDirectories(directory.getParent());
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Removes what sessions of the same state directory left behind whose processes are dead. */
  public static void reapDead(Engine engine, Path state) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(state.resolve("sessions"))) {
      files = all.toList();
    }
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock != null) {
          reap(engine, state, file.getFileName().toString());
        }
      } catch (OverlappingFileLockException | NoSuchFileException e) {
        // A session of this very process, or one that another has just reaped.
      }
    }
  }

  private static void reap(Engine engine, Path state, String session) throws IOException {
    // First, for it must not hang on an engine that is gone.
    RecursiveRemoval.remove(secrets(state, session));
    boolean all = true;
    for (JsonNode container : new RawApi(engine).containers(StepLabels.SESSION + "=" + session)) {
      all &= removeContainer(engine, container.path("Id").asText());
    }
    for (String volume : Volumes.ofSession(engine, session)) {
      all &= removeVolume(engine, volume);
    }
    RecursiveRemoval.remove(scratch(state, session));
    if (all) {
      Files.deleteIfExists(lockFile(state, session));
    }
  }

  /** Whether it is gone; what an engine cannot remove now, whoever comes next tries again. */
  private static boolean removeContainer(Engine engine, String id) {
    try {
      engine.ask(
          docker -> docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec());
      return true;
    } catch (NotFoundException gone) {
      return true;
    } catch (DockerException goingOrStuck) {
      return false;
    }
  }

  private static boolean removeVolume(Engine engine, String volume) {
    try {
      return Volumes.removeIfUnused(engine, volume);
    } catch (DockerException stuck) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      reap(engine, state, id);
    } finally {
      channel.close();
    }
  }
}
