package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import com.hazelcast.client.HazelcastClientNotActiveException;
import com.hazelcast.client.HazelcastClientOfflineException;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.jenkins.plugins.dockerfilebuild.coordination.CoordinationException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Tries something again while others are faster, or while the cluster does not answer or cannot say
 * what became of a change, as when the member that had it has just died. Used once, by one thread.
 */
final class Attempts {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final long FIRST_PAUSE_MICROS = 200;
  private static final long LONGEST_PAUSE_MICROS = 50_000;

  private final String what;
  private final long begin = System.nanoTime();
  private long pauseMicros = FIRST_PAUSE_MICROS;
  private boolean interrupted;

  /**
   * @param what is asked for, for messages
   */
  Attempts(String what) {
    this.what = what;
  }

  /**
   * @param attempt answers empty if it must be made again
   * @throws CoordinationException the cluster does not answer in time, or this process has left it
   */
  <R> R until(Supplier<Optional<R>> attempt) {
    // What an interrupted call has done is not known, and a client forgets that it was interrupted.
    interrupted = Thread.interrupted();
    try {
      while (true) {
        Optional<R> done = made(attempt);
        if (done.isPresent()) {
          return done.get();
        }
        pause();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private <R> Optional<R> made(Supplier<Optional<R>> attempt) {
    try {
      return attempt.get();
    } catch (HazelcastInstanceNotActiveException | HazelcastClientNotActiveException e) {
      throw new CoordinationException("this process has left the cluster", e);
    } catch (HazelcastException | HazelcastClientOfflineException e) {
      if (Thread.interrupted() || e.getCause() instanceof InterruptedException) {
        interrupted = true;
      } else if (System.nanoTime() - begin > PATIENCE.toNanos()) {
        throw new CoordinationException(
            "the cluster does not answer for %s: %s".formatted(what, e.getMessage()), e);
      }
      pauseMicros = LONGEST_PAUSE_MICROS;
      return Optional.empty();
    }
  }

  /** Of different length for each, so that they do not meet again. */
  private void pause() {
    long micros = ThreadLocalRandom.current().nextLong(pauseMicros / 2, pauseMicros);
    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
    pauseMicros = Math.min(2 * pauseMicros, LONGEST_PAUSE_MICROS);
  }
}
