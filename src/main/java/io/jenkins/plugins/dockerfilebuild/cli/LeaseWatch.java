package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases;
import io.jenkins.plugins.dockerfilebuild.coordination.CoordinationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Looks at the leases of the pool, as agents outlive builds: those of a build that died end also
 * when nobody waits for them. One agent does that for all.
 */
final class LeaseWatch implements AutoCloseable {

  /** Several times in the lifetime of a lease. */
  private static final long PAUSE_SECONDS = 10;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "lease-watch");
            thread.setDaemon(true);
            return thread;
          });

  private LeaseWatch() {}

  /**
   * Begins.
   *
   * @param isMine whether it is this agent that looks, asked each time
   */
  static LeaseWatch begin(CacheDirectoryLeases leases, BooleanSupplier isMine) {
    LeaseWatch watch = new LeaseWatch();
    var unused =
        watch.timer.scheduleWithFixedDelay(
            () -> look(leases, isMine), PAUSE_SECONDS, PAUSE_SECONDS, TimeUnit.SECONDS);
    return watch;
  }

  private static void look(CacheDirectoryLeases leases, BooleanSupplier isMine) {
    try {
      if (isMine.getAsBoolean()) {
        leases.endSilent();
      }
    } catch (CoordinationException e) {
      // Those who hold the records change just now; the next look will tell.
      return;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
