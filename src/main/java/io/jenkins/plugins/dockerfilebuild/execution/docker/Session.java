package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The use of an engine by one process. Everything that it makes there and must not outlive it
 * carries the session's id; a lock file, which the operating system releases when the process ends
 * however it ends, says that the session lives. Who comes next removes what dead ones left.
 */
final class Session implements AutoCloseable {

  private final Engine engine;
  private final String id;
  private final Path file;
  private final FileChannel channel;

  private Session(Engine engine, String id, Path file, FileChannel channel) {
    this.engine = engine;
    this.id = id;
    this.file = file;
    this.channel = channel;
  }

  /** Begins a session, after removing what dead ones of the same state directory left behind. */
  static Session begin(Engine engine, Path directory) throws IOException {
    Files.createDirectories(directory);
    reapDead(engine, directory);
    String id = UUID.randomUUID().toString();
    Path file = directory.resolve(id);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channel.lock();
    return new Session(engine, id, file, channel);
  }

  String id() {
    return id;
  }

  private static void reapDead(Engine engine, Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.toList();
    }
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock != null) {
          reap(engine, file.getFileName().toString());
          Files.deleteIfExists(file);
        }
      } catch (java.nio.channels.OverlappingFileLockException
          | java.nio.file.NoSuchFileException e) {
        // A session of this very process, or one that another has just reaped.
      }
    }
  }

  private static void reap(Engine engine, String session) {
    Map<String, String> label = Map.of(Labels.SESSION, session);
    List<Container> containers =
        engine.ask(
            docker -> docker.listContainersCmd().withShowAll(true).withLabelFilter(label).exec());
    for (Container container : containers) {
      try {
        engine.ask(docker -> docker.removeContainerCmd(container.getId()).withForce(true).exec());
      } catch (NotFoundException e) {
        // Gone meanwhile.
      }
    }
    Volumes.ofSession(engine, session).forEach(volume -> Volumes.remove(engine, volume));
  }

  @Override
  public void close() throws IOException {
    try {
      reap(engine, id);
      Files.deleteIfExists(file);
    } finally {
      channel.close();
    }
  }
}
