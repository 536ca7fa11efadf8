package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.exception.DockerException;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentStorage;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.CacheLimits;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.HostLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Keeps within its limits what an agent gathers: once an hour, in the background, by one process of
 * the machine at a time. It may be broken off at any point: everything is removed by steps that
 * leave what is left usable, and the next pass goes on. What was used within {@link #BUSY} stays
 * even beyond the limit, for a build that still runs may count on it; what a step uses now is
 * locked, by a lock file or by the engine itself.
 */
final class Upkeep implements AutoCloseable {

  /** Longer than builds take, as a rule; a build that finds a result gone makes it again. */
  static final Duration BUSY = Duration.ofHours(6);

  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration LOOK = Duration.ofMinutes(5);

  /** What a process that ends waits for a pass that has begun. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Path stamp;
  private final Path lock;
  private final StorageLimits limits;
  private final InstantSource clock;
  private final AgentStorage storage;
  private final CacheDirectories caches;
  private final ExecutorService thread = Executors.newSingleThreadExecutor(Upkeep::daemon);

  /**
   * @param state of the agent
   */
  Upkeep(
      Path state,
      StorageLimits limits,
      InstantSource clock,
      AgentStorage storage,
      CacheDirectories caches) {
    this.stamp = state.resolve("upkeep");
    this.lock = state.resolve("upkeep.lock");
    this.limits = limits;
    this.clock = clock;
    this.storage = storage;
    this.caches = caches;
  }

  /** Begins to look, now and every few minutes until it is closed. */
  void start() {
    thread.execute(this::loop);
  }

  private void loop() {
    try {
      while (true) {
        runIfDue();
        TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /**
   * One pass, if the last was long enough ago and nobody else makes one.
   *
   * @return whether it was made
   */
  boolean runIfDue() {
    try {
      Optional<HostLock> mine = isDue() ? HostLock.tryExclusive(lock) : Optional.empty();
      if (mine.isEmpty()) {
        return false;
      }
      try (HostLock held = mine.get()) {
        return held.isHeld() && isDue() && pass();
      }
    } catch (IOException | UncheckedIOException | DockerException e) {
      // What could not be removed now is looked at again in an hour; a build needs nothing of it.
      return false;
    } catch (AgentLostException | CancellationException e) {
      return false;
    }
  }

  private boolean isDue() throws IOException {
    try {
      Instant last = Files.getLastModifiedTime(stamp).toInstant();
      return !clock.instant().isBefore(last.plus(EVERY));
    } catch (NoSuchFileException never) {
      return true;
    }
  }

  private boolean pass() throws IOException {
    storage.prune(0, limits.unused());
    storage.prune(limits.keepBytes(), BUSY);
    caches.prune(
        all -> true,
        CacheLimits.ofTotal(limits.keepBytes()).unusedFor(limits.unused()).sparing(BUSY));
    AtomicFiles.write(stamp, new byte[0]);
    return true;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "dockerfile-build-upkeep");
    thread.setDaemon(true);
    return thread;
  }

  /** Breaks a pass off unless it ends very soon. */
  @Override
  public void close() {
    thread.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      thread.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
