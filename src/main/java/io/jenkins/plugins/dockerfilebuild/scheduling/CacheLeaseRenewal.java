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

  private final ScheduledExecutorService timer;

  /** Each lease with what renews it. */
  private final Map<Lease, Future<?>> leases = new ConcurrentHashMap<>();

  CacheLeaseRenewal() {
    this(Executors.newSingleThreadScheduledExecutor(Workers.named("lease")));
  }

  /**
   * @param timer is ended with this
   */
  CacheLeaseRenewal(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /** Renews a lease until it is let go. */
  void add(Lease lease) {
    leases.compute(lease, (key, none) -> later(lease, pause(lease)));
  }

  private static long pause(Lease lease) {
    return Math.max(1, lease.lifetimeMillis() / 3);
  }

  private Future<?> later(Lease lease, long millis) {
    return timer.schedule(() -> renew(lease), millis, TimeUnit.MILLISECONDS);
  }

  /**
   * What cannot be reached now may be again before the lease ends, of which half may be over: it
   * takes a cluster that does not answer half a minute to say so.
   */
  private void renew(Lease lease) {
    long millis = pause(lease);
    try {
      lease.renew();
    } catch (CoordinationException e) {
      millis = Math.max(1, millis / 20);
    }
    long next = millis;
    leases.computeIfPresent(lease, (key, before) -> later(lease, next));
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
