package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.coordination.LeaseQueue.Entry;
import io.jenkins.plugins.dockerfilebuild.coordination.SharedRecords.Change;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Leases as one {@link LeaseQueue} for each cache directory. Nobody grants: who waits looks at the
 * queue, puts out of it who is silent, and takes what is his. Thread-safe.
 */
public final class RecordCacheDirectoryLeases implements CacheDirectoryLeases {

  /** How often those who wait look whether a lease has ended by itself. */
  private static final long RECONSIDER_MILLIS = 250;

  private final SharedRecords<LeaseQueue> queues;
  private final Duration lifetime;
  private final ProcessClock clock;
  private final SilenceObserver<Entry> observer;

  /**
   * @param queues shared with all who use the same agents
   * @param lifetime of a lease that is not renewed; the same for all of them
   */
  public RecordCacheDirectoryLeases(
      SharedRecords<LeaseQueue> queues, Duration lifetime, ProcessClock clock) {
    this.queues = queues;
    this.lifetime = lifetime;
    this.clock = clock;
    this.observer = new SilenceObserver<>(lifetime, clock.forwardMillis(), Entry::id);
  }

  @Override
  public Lease acquire(Request request, WaitListener listener) throws InterruptedException {
    Asking asking = new Asking(request);
    boolean granted = false;
    try {
      List<Holder> told = List.of();
      LeaseQueue queue = asking.advance();
      while (!asking.isGranted(queue)) {
        List<Holder> holders = asking.ahead(queue);
        if (!holders.equals(told) && !holders.isEmpty()) {
          listener.waitingFor(holders);
          told = holders;
        }
        queues.awaitChange(asking.key, Optional.of(queue), RECONSIDER_MILLIS);
        queue = asking.advance();
      }
      // Granted and interrupted at once, waiting may tell either.
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for a cache directory");
      }
      granted = true;
      return new Held(asking, queue.entry(asking.id).orElseThrow());
    } finally {
      if (!granted) {
        asking.leave();
      }
    }
  }

  @Override
  public List<Holder> holders(CacheKey key) {
    LeaseQueue queue = queues.get(key.hex()).orElse(LeaseQueue.EMPTY);
    Set<Entry> silent = observer.silent(key.hex(), queue.entries());
    return queue.withoutThose(silent).entries().stream().map(Entry::holder).toList();
  }

  @Override
  public void endSilent() {
    long forgotten = clock.millis() - Coordination.REMEMBERED.toMillis();
    queues.getAll(queues.keys()).forEach((key, queue) -> endSilent(key, queue, forgotten));
  }

  private void endSilent(String key, LeaseQueue seen, long forgottenMillis) {
    boolean changes = !observer.silent(key, seen.entries()).isEmpty();
    if (changes || seen.isUnusedSince(forgottenMillis)) {
      queues.update(
          key,
          queue -> {
            LeaseQueue now = queue.orElse(LeaseQueue.EMPTY);
            LeaseQueue left = now.withoutThose(observer.silent(key, now.entries()));
            boolean unused = left.isUnusedSince(forgottenMillis);
            return new Change<>(unused ? Optional.empty() : Optional.of(left), key);
          });
    }
  }

  /** One who has asked for a directory. Used by the thread that waits, then by who holds. */
  private final class Asking {

    private final String id = UUID.randomUUID().toString();
    private final Request request;
    private final String key;
    private final long askedMillis = clock.millis();
    private long beatMillis = clock.forwardMillis().getAsLong();

    private Asking(Request request) {
      this.request = request;
      this.key = request.key().hex();
    }

    /** Takes a place in the queue, keeps it, and takes the lease when nobody is ahead. */
    private LeaseQueue advance() {
      long now = clock.forwardMillis().getAsLong();
      boolean due = now - beatMillis > lifetime.toMillis() / 3;
      Entry waiting = new Entry(id, request.holder(), request.sharing(), 0, askedMillis, 0);
      LeaseQueue advanced =
          change(
              queue -> {
                Set<Entry> silent = observer.silent(key, queue.entries());
                LeaseQueue joined = queue.withoutThose(silent).joined(waiting);
                return (due ? joined.beaten(id) : joined).granted(id, clock.millis());
              });
      if (due) {
        beatMillis = now;
      }
      return advanced;
    }

    private LeaseQueue change(UnaryOperator<LeaseQueue> change) {
      return queues.update(
          key,
          queue -> {
            LeaseQueue next = change.apply(queue.orElse(LeaseQueue.EMPTY));
            return Change.to(next, next);
          });
    }

    private boolean isGranted(LeaseQueue queue) {
      return queue.entry(id).map(Entry::isGranted).orElse(false);
    }

    private List<Holder> ahead(LeaseQueue queue) {
      return queue
          .entry(id)
          .map(own -> queue.ahead(own).stream().map(Entry::holder).toList())
          .orElse(List.of());
    }

    private void leave() {
      try {
        LeaseQueue left = change(queue -> queue.without(id));
        observer.silent(key, left.entries());
      } catch (CoordinationException e) {
        // Nobody renews it any more: others see that it is silent.
        return;
      }
    }
  }

  /** A lease that was granted. */
  private final class Held implements Lease {

    private final Asking asking;
    private final Entry granted;

    private Held(Asking asking, Entry granted) {
      this.asking = asking;
      this.granted = granted;
    }

    @Override
    public long token() {
      return granted.token();
    }

    @Override
    public long waitMillis() {
      return Math.max(0, granted.sinceMillis() - asking.askedMillis);
    }

    @Override
    public long lifetimeMillis() {
      return lifetime.toMillis();
    }

    @Override
    public boolean renew() {
      return asking.change(queue -> queue.beaten(asking.id)).entry(asking.id).isPresent();
    }

    @Override
    public void close() {
      asking.leave();
    }
  }
}
