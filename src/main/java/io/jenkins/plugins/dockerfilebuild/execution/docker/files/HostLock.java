package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock on a file, shared or exclusive, between the threads of this process and between all
 * processes of the machine. The operating system releases it when its process dies, however it
 * dies. It belongs to no thread: any thread may close it.
 *
 * <p>First come, first served within a process. Between processes whoever waits holds a second
 * file, the queue, and newcomers line up behind it, sharers included; so an exclusive request is
 * served even if sharers never cease. Who asks first gets the queue; it keeps no order of its own.
 *
 * <p>POSIX locks belong to a process, and closing any descriptor of a file releases all of them.
 * Therefore one table for the whole process knows what is locked, and nothing but this class may
 * open a lock file. Lock files are never removed: a waiter would be left with a file that is no
 * more.
 */
public final class HostLock implements AutoCloseable {

  private static final int ALL = Integer.MAX_VALUE;

  /** How long another process's release may go unnoticed. */
  private static final long RETRY_MILLIS = 10;

  /** All locks of this process; entries stay, they hold nothing while nobody has the lock. */
  private static final Map<Path, State> STATES = new ConcurrentHashMap<>();

  /** What this process has of one lock file. */
  private static final class State {
    final Path file;
    final Semaphore permits = new Semaphore(ALL, true);

    /** Held while one thread asks the operating system, so that the others queue here. */
    final ReentrantLock asking = new ReentrantLock(true);

    /** How many locks of this process share {@link #channel}; guarded by this. */
    int holders;

    /** Keeps the operating system's lock; null while there are no holders; guarded by this. */
    FileChannel channel;

    State(Path file) {
      this.file = file;
    }

    synchronized boolean join() {
      if (holders == 0) {
        return false;
      }
      holders++;
      return true;
    }

    synchronized void begin(FileChannel locked) {
      channel = locked;
      holders = 1;
    }

    synchronized void leave() throws IOException {
      if (--holders == 0) {
        channel.close();
      }
    }

    /** Whether one of several holders is the only one now, and has all permits; else it leaves. */
    synchronized boolean stayAlone() throws IOException {
      if (holders == 1 && permits.tryAcquire(ALL - 1)) {
        return true;
      }
      try {
        leave();
      } finally {
        permits.release();
      }
      return false;
    }

    /** Asks the operating system for all that the only holder shares with other processes. */
    synchronized boolean lockAlone() throws IOException {
      channel.close();
      channel = open(file);
      return isLocked(channel, false);
    }
  }

  private final State state;

  /** Guarded by this. */
  private int permits;

  /** Whether it was closed; a second close must not end another's lock. Guarded by this. */
  private boolean closed;

  private HostLock(State state, int permits) {
    this.state = state;
    this.permits = permits;
  }

  /**
   * Waits until nobody has the lock exclusively.
   *
   * @throws InterruptedIOException interrupted while waiting
   */
  public static HostLock shared(Path file) throws IOException {
    return acquire(file, 1);
  }

  /**
   * Waits until nobody has the lock.
   *
   * @throws InterruptedIOException interrupted while waiting
   */
  public static HostLock exclusive(Path file) throws IOException {
    return acquire(file, ALL);
  }

  /** As {@link #shared}, if that needs no waiting. */
  public static Optional<HostLock> tryShared(Path file) throws IOException {
    return tryAcquire(file, 1);
  }

  /** As {@link #exclusive}, if that needs no waiting and nobody waits already. */
  public static Optional<HostLock> tryExclusive(Path file) throws IOException {
    return tryAcquire(file, ALL);
  }

  /** What is done under a lock. */
  @FunctionalInterface
  public interface Action {
    void run() throws IOException;
  }

  /** Runs {@code action} and releases the lock, however it ends. */
  public void releaseAfter(Action action) throws IOException {
    try {
      action.run();
    } finally {
      close();
    }
  }

  /**
   * Makes a shared lock exclusive if nobody else has it, and else closes it. Waits for nobody; of
   * several who share it and do this at once, the last one gets it. Of this process nobody comes in
   * between.
   *
   * @return whether it is exclusive now
   */
  public synchronized boolean becomeExclusiveOrClose() throws IOException {
    if (!closed && permits != ALL) {
      // Also where it fails, it has left.
      closed = true;
      closed = !state.stayAlone();
      if (!closed) {
        permits = ALL;
        boolean locked = false;
        try {
          locked = state.lockAlone();
        } finally {
          if (!locked) {
            close();
          }
        }
      }
    }
    return !closed;
  }

  /** False once it was closed. */
  public synchronized boolean isHeld() {
    return !closed;
  }

  private static HostLock acquire(Path file, int permits) throws IOException {
    State state = state(file);
    try {
      state.permits.acquire(permits);
    } catch (InterruptedException e) {
      throw interrupted();
    }
    boolean done = false;
    try {
      state.asking.lockInterruptibly();
      try (FileChannel queue = open(queueOf(file))) {
        lock(queue, false);
        takeOrJoin(state, permits);
        done = true;
      } finally {
        state.asking.unlock();
      }
    } catch (InterruptedException | ClosedByInterruptException | FileLockInterruptionException e) {
      throw interrupted();
    } finally {
      if (!done) {
        state.permits.release(permits);
      }
    }
    return new HostLock(state, permits);
  }

  private static void takeOrJoin(State state, int permits)
      throws IOException, InterruptedException {
    if (state.join()) {
      return;
    }
    FileChannel channel = open(state.file);
    boolean locked = false;
    try {
      lock(channel, permits != ALL);
      locked = true;
      state.begin(channel);
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  /**
   * Waits by asking again, never inside the kernel. That looks for deadlocks by process, not by
   * thread, and refused waits that would have ended (EDEADLK, "Resource deadlock avoided"): one
   * thread held the file, another queued behind a process that waited for the first. Seen in 3 of
   * 12 runs of {@code HostLockTest}.
   */
  private static void lock(FileChannel channel, boolean shared)
      throws IOException, InterruptedException {
    while (!isLocked(channel, shared)) {
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    }
  }

  private static Optional<HostLock> tryAcquire(Path file, int permits) throws IOException {
    State state = state(file);
    if (!tryPermits(state, permits)) {
      return Optional.empty();
    }
    boolean done = false;
    try {
      if (state.asking.tryLock()) {
        try (FileChannel queue = open(queueOf(file))) {
          done = isLocked(queue, false) && tryTakeOrJoin(state, permits);
        } finally {
          state.asking.unlock();
        }
      }
    } finally {
      if (!done) {
        state.permits.release(permits);
      }
    }
    return done ? Optional.of(new HostLock(state, permits)) : Optional.empty();
  }

  /** Only a timed attempt respects who waits already. */
  private static boolean tryPermits(State state, int permits) throws IOException {
    try {
      return state.permits.tryAcquire(permits, 0, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static boolean tryTakeOrJoin(State state, int permits) throws IOException {
    if (state.join()) {
      return true;
    }
    FileChannel channel = open(state.file);
    boolean locked = false;
    try {
      locked = isLocked(channel, permits != ALL);
      if (locked) {
        state.begin(channel);
      }
      return locked;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  private static boolean isLocked(FileChannel channel, boolean shared) throws IOException {
    try {
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // This class loaded twice in one process, as by two class loaders of Jenkins.
      return false;
    }
  }

  private static State state(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path real = file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
    return STATES.computeIfAbsent(real, State::new);
  }

  private static Path queueOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".queue");
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while waiting for a lock");
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      try {
        state.leave();
      } finally {
        state.permits.release(permits);
      }
    }
  }
}
