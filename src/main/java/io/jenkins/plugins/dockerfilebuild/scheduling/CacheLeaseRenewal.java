package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Lease;
import io.jenkins.plugins.dockerfilebuild.coordination.CoordinationException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Renews leases for as long as a build works under them. Thread-safe. */
final class CacheLeaseRenewal implements AutoCloseable {

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Workers.named("lease"));

  /** Each lease with what renews it. */
  private final Map<Lease, Future<?>> leases = new ConcurrentHashMap<>();

  /** Renews a lease until it is let go. */
  void add(Lease lease) {
    long pause = Math.max(1, lease.lifetimeMillis() / 3);
    leases.put(
        lease,
        timer.scheduleWithFixedDelay(() -> renew(lease), pause, pause, TimeUnit.MILLISECONDS));
  }

  /** What cannot be reached now may be again before the lease ends. */
  private static void renew(Lease lease) {
    try {
      lease.renew();
    } catch (CoordinationException e) {
      return;
    }
  }

  /** Lets a lease go. */
  void release(Lease lease) {
    Future<?> renewal = leases.remove(lease);
    if (renewal != null) {
      renewal.cancel(false);
    }
    lease.close();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    leases.keySet().forEach(Lease::close);
  }
}
