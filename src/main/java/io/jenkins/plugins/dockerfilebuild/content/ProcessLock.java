package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * An exclusive lock on a file, between threads as between processes; the operating system releases
 * it when the process dies. The lock file must be opened nowhere else in this process: closing any
 * descriptor of it would release the lock (POSIX says so).
 */
final class ProcessLock implements AutoCloseable {

  /** How long another process's release may go unnoticed. */
  private static final long RETRY_MILLIS = 5;

  /** Lock files that this process holds, or is about to; guards itself. */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path file;
  private final FileChannel channel;

  private ProcessLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Waits for the lock; the file is made if it is missing. */
  static ProcessLock acquire(Path file) throws IOException {
    synchronized (HELD) {
      while (!HELD.add(file)) {
        awaitRelease();
      }
    }
    boolean locked = false;
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      locked = await(channel);
      return new ProcessLock(file, channel);
    } finally {
      if (!locked) {
        forget(file);
      }
    }
  }

  /**
   * Asks again until nobody else has it. Waiting inside the kernel could be refused: it looks for
   * deadlocks by process, not by thread, and sees some that are none.
   */
  private static boolean await(FileChannel channel) throws IOException {
    try {
      while (channel.tryLock() == null) {
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      channel.close();
      throw new InterruptedIOException("interrupted while another process held a lock");
    }
  }

  /** Takes the lock if nobody has it. A lock file that is not there counts as one that is taken. */
  static Optional<ProcessLock> tryAcquire(Path file) throws IOException {
    synchronized (HELD) {
      if (!HELD.add(file)) {
        return Optional.empty();
      }
    }
    boolean locked = false;
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      locked = lock != null;
      if (!locked) {
        channel.close();
        return Optional.empty();
      }
      return Optional.of(new ProcessLock(file, channel));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } finally {
      if (!locked) {
        forget(file);
      }
    }
  }

  /** Whether it was not closed yet. */
  boolean isHeld() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      forget(file);
    }
  }

  private static void forget(Path file) {
    synchronized (HELD) {
      HELD.remove(file);
      HELD.notifyAll();
    }
  }

  private static void awaitRelease() throws InterruptedIOException {
    try {
      HELD.wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while another thread held a lock");
    }
  }
}
