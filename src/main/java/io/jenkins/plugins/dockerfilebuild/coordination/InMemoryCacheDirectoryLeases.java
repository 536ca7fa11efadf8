package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Leases among the builds of one process. Tokens begin at the time of the process's start in
 * microseconds, so they exceed those of every earlier process as long as clocks go forward.
 * Thread-safe.
 */
public final class InMemoryCacheDirectoryLeases implements CacheDirectoryLeases {

  /** How often those who wait look whether a lease has ended by itself. */
  private static final long RECONSIDER_MILLIS = 250;

  private final Duration lifetime;
  private final InstantSource clock;

  /** Each directory's holders and, behind them, those that wait; guarded by this, as is below. */
  private final Map<CacheKey, List<Entry>> queues = new HashMap<>();

  private long lastToken;

  /**
   * @param lifetime of a lease that is not renewed
   */
  public InMemoryCacheDirectoryLeases(Duration lifetime, InstantSource clock) {
    this.lifetime = lifetime;
    this.clock = clock;
    this.lastToken = clock.millis() * 1000;
  }

  @Override
  public synchronized Lease acquire(Request request, WaitListener listener)
      throws InterruptedException {
    Entry entry = new Entry(request, clock.millis());
    List<Entry> queue = queues.computeIfAbsent(request.key(), key -> new ArrayList<>());
    queue.add(entry);
    boolean granted = false;
    try {
      List<Holder> told = List.of();
      List<Entry> ahead = ahead(entry, queue);
      while (!ahead.isEmpty()) {
        List<Holder> holders = ahead.stream().map(Entry::holder).toList();
        if (!holders.equals(told)) {
          listener.waitingFor(holders);
          told = holders;
        }
        wait(RECONSIDER_MILLIS);
        ahead = ahead(entry, queue);
      }
      // Notified and interrupted at once, wait() may tell either.
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for a cache directory");
      }
      entry.grant(++lastToken, clock.millis());
      granted = true;
      return entry;
    } finally {
      if (!granted) {
        end(entry);
      }
    }
  }

  /** Those in the queue before an entry that it may not overtake. */
  private List<Entry> ahead(Entry entry, List<Entry> queue) {
    queue.removeIf(other -> other.isGranted() && other.hasExpired(clock.millis()));
    return queue.stream()
        .takeWhile(other -> other != entry)
        .filter(other -> conflict(other.request.sharing(), entry.request.sharing()))
        .toList();
  }

  private static boolean conflict(CacheSharing before, CacheSharing after) {
    boolean isolated = before == CacheSharing.PRIVATE || after == CacheSharing.PRIVATE;
    return !isolated && (before == CacheSharing.LOCKED || after == CacheSharing.LOCKED);
  }

  @Override
  public synchronized List<Holder> holders(CacheKey key) {
    return queues.getOrDefault(key, List.of()).stream()
        .filter(entry -> !entry.isGranted() || !entry.hasExpired(clock.millis()))
        .map(Entry::holder)
        .toList();
  }

  private synchronized void end(Entry entry) {
    List<Entry> queue = queues.getOrDefault(entry.request.key(), List.of());
    if (queue.remove(entry) && queue.isEmpty()) {
      queues.remove(entry.request.key());
    }
    notifyAll();
  }

  private synchronized boolean renew(Entry entry) {
    boolean held = queues.getOrDefault(entry.request.key(), List.of()).contains(entry);
    if (!held || entry.hasExpired(clock.millis())) {
      return false;
    }
    entry.renewedMillis = clock.millis();
    return true;
  }

  /** One who waits and then holds. Its state is guarded by the leases. */
  private final class Entry implements Lease {

    private final Request request;
    private final long askedMillis;
    private long token;
    private long grantedMillis;
    private long renewedMillis;

    private Entry(Request request, long askedMillis) {
      this.request = request;
      this.askedMillis = askedMillis;
    }

    private void grant(long newToken, long nowMillis) {
      token = newToken;
      grantedMillis = nowMillis;
      renewedMillis = nowMillis;
    }

    private boolean isGranted() {
      return token != 0;
    }

    private boolean hasExpired(long nowMillis) {
      return nowMillis - renewedMillis > lifetime.toMillis();
    }

    private Holder holder() {
      long since = isGranted() ? grantedMillis : askedMillis;
      return new Holder(request.holder(), request.sharing(), !isGranted(), since);
    }

    @Override
    public long token() {
      return token;
    }

    @Override
    public long waitMillis() {
      return grantedMillis - askedMillis;
    }

    @Override
    public long lifetimeMillis() {
      return lifetime.toMillis();
    }

    @Override
    public boolean renew() {
      return InMemoryCacheDirectoryLeases.this.renew(this);
    }

    @Override
    public void close() {
      end(this);
    }
  }
}
