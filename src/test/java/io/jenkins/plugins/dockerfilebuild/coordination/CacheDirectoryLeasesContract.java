package io.jenkins.plugins.dockerfilebuild.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Holder;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Lease;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who gets a directory, in which order, and how leases end: whatever the queues are kept in, and
 * with two processes whose clocks are an hour apart.
 */
@Timeout(60)
public abstract class CacheDirectoryLeasesContract {

  private static final Duration LIFETIME = Duration.ofSeconds(30);

  private final CacheKey key =
      new CacheKey(UUID.randomUUID().toString(), "m2", "linux/amd64", "", 0755, 0, 0);

  private final ManualClock now = new ManualClock(5_000_000);
  private final ManualClock otherNow = new ManualClock(1_400_000);
  private CacheDirectoryLeases leases;
  private CacheDirectoryLeases others;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<List<Holder>> waits = new LinkedBlockingQueue<>();

  /**
   * @param process 0 or 1; both see the same queues
   */
  protected abstract SharedRecords<LeaseQueue> queues(int process);

  @BeforeEach
  void open() {
    leases = new RecordCacheDirectoryLeases(queues(0), LIFETIME, now.clock());
    others = new RecordCacheDirectoryLeases(queues(1), LIFETIME, otherNow.clock());
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void sharersHoldTogetherAndPrivateOnesNeverWait() throws InterruptedException {
    try (Lease one = now(leases, "a", CacheSharing.SHARED);
        Lease two = now(others, "b", CacheSharing.SHARED)) {
      assertThat(two.token()).isGreaterThan(one.token());
    }
    try (Lease locked = now(others, "c", CacheSharing.LOCKED);
        Lease alone = now(leases, "d", CacheSharing.PRIVATE)) {
      assertThat(alone.token()).isGreaterThan(locked.token());
    }
  }

  @Test
  void whoWaitsIsToldWhoHoldsItAndSinceWhen() throws Exception {
    Lease first = now(others, "build 7, step 2 on a1", CacheSharing.LOCKED);
    long since = otherNow.millis();
    Future<Lease> second = later(leases, "build 8", CacheSharing.SHARED);

    assertThat(waits.take())
        .containsExactly(new Holder("build 7, step 2 on a1", CacheSharing.LOCKED, false, since));
    now.advance(Duration.ofMillis(500));
    first.close();

    assertThat(second.get().waitMillis()).isEqualTo(500);
    assertThat(others.holders(key))
        .containsExactly(new Holder("build 8", CacheSharing.SHARED, false, now.millis()));
  }

  @Test
  void firstComeIsFirstServedSoSharersDoNotStarveALockedRequest() throws Exception {
    Lease sharer = now(leases, "s1", CacheSharing.SHARED);
    Future<Lease> locked = later(others, "l", CacheSharing.LOCKED);
    waits.take();
    Future<Lease> late = later(leases, "s2", CacheSharing.SHARED);
    assertThat(waits.take()).extracting(Holder::who).containsExactly("l");

    sharer.close();
    Lease held = locked.get();
    assertThat(late.isDone()).isFalse();
    held.close();
    late.get().close();
  }

  @Test
  void aLeaseThatIsNotRenewedEndsByItself() throws Exception {
    Lease dead = now(others, "dead", CacheSharing.LOCKED);
    Future<Lease> waiting = later(leases, "next", CacheSharing.LOCKED);
    waits.take();
    now.advance(LIFETIME.plusMillis(1));

    Lease next = waiting.get();

    assertThat(next.token()).isGreaterThan(dead.token());
    assertThat(dead.renew()).isFalse();
    dead.close();
    assertThat(leases.holders(key)).extracting(Holder::who).containsExactly("next");
  }

  @Test
  void aLeaseWhoseHolderDiedEndsInItsTimeAlsoWhenNobodyWaitsForIt() throws Exception {
    Lease dead = now(others, "dead", CacheSharing.LOCKED);
    leases.endSilent();
    now.advance(LIFETIME);
    leases.endSilent();
    assertThat(leases.holders(key)).extracting(Holder::who).containsExactly("dead");
    now.advance(Duration.ofMillis(1));

    leases.endSilent();

    assertThat(leases.holders(key)).isEmpty();
    assertThat(dead.renew()).isFalse();
    now(leases, "next", CacheSharing.LOCKED).close();
  }

  @Test
  void aLeaseThatIsRenewedIsNotEndedByWhoeverLooks() throws Exception {
    Lease held = now(others, "holder", CacheSharing.LOCKED);
    for (int half = 0; half < 6; half++) {
      leases.endSilent();
      now.advance(LIFETIME.dividedBy(2));
      assertThat(held.renew()).isTrue();
    }
    leases.endSilent();
    assertThat(held.renew()).isTrue();
    held.close();
  }

  @Test
  void aDirectoryThatNobodyAsksForIsForgotten() throws Exception {
    now(leases, "last", CacheSharing.LOCKED).close();
    now.advance(Coordination.REMEMBERED);
    leases.endSilent();
    assertThat(queues(0).get(key.hex())).isPresent();
    now.advance(Duration.ofMillis(1));

    leases.endSilent();

    assertThat(queues(0).get(key.hex())).isEmpty();
  }

  @Test
  void aLeaseThatIsRenewedDoesNotEndHoweverFastTheClockOfTheOneWhoWaits() throws Exception {
    Lease held = now(others, "holder", CacheSharing.LOCKED);
    Future<Lease> waiting = later(leases, "next", CacheSharing.LOCKED);
    waits.take();
    for (int half = 0; half < 6; half++) {
      long beat = beatOf("next");
      now.advance(LIFETIME.dividedBy(2));
      assertThat(held.renew()).isTrue();
      // The one who waits has looked at the queue, and said that he is there.
      while (beatOf("next") == beat) {
        Thread.onSpinWait();
      }
    }
    assertThat(waiting.isDone()).isFalse();
    held.close();
    waiting.get().close();
  }

  @Test
  void oneWhoDiesWaitingHoldsUpNobody() throws Exception {
    Lease first = now(leases, "first", CacheSharing.LOCKED);
    SharedRecords<LeaseQueue> queues = queues(1);
    LeaseQueue.Entry dead =
        new LeaseQueue.Entry("x", "dead", CacheSharing.LOCKED, 0, otherNow.millis(), 0);
    queues.update(
        key.hex(),
        queue -> SharedRecords.Change.to(queue.orElse(LeaseQueue.EMPTY).joined(dead), ""));
    Future<Lease> third = later(leases, "third", CacheSharing.LOCKED);
    assertThat(waits.take()).extracting(Holder::who).containsExactly("first", "dead");
    first.close();
    assertThat(waits.take()).extracting(Holder::who).containsExactly("dead");

    now.advance(LIFETIME.plusMillis(1));

    third.get().close();
    assertThat(leases.holders(key)).isEmpty();
  }

  @Test
  void tokensGoOnWhereTheQueueWasForgotten() throws InterruptedException {
    Lease before = now(leases, "before", CacheSharing.LOCKED);
    queues(0).update(key.hex(), queue -> new SharedRecords.Change<>(java.util.Optional.empty(), 0));
    assertThat(before.renew()).isFalse();
    now.advance(Duration.ofMillis(1));

    assertThat(now(leases, "after", CacheSharing.LOCKED).token()).isGreaterThan(before.token());
  }

  @Test
  void anInterruptedRequestLeavesTheQueue() throws Exception {
    Lease first = now(leases, "a", CacheSharing.LOCKED);
    Future<Lease> waiting = later(others, "b", CacheSharing.LOCKED);
    waits.take();
    waiting.cancel(true);
    first.close();

    later(leases, "c", CacheSharing.LOCKED).get().close();
    assertThatThrownBy(waiting::get).isInstanceOf(CancellationException.class);
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(leases.holders(key)).isEmpty();
  }

  @Test
  void aLockedHolderIsAloneWhateverOthersDo() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger exclusive = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      CacheSharing sharing = i % 3 == 0 ? CacheSharing.LOCKED : CacheSharing.SHARED;
      CacheDirectoryLeases asked = i % 2 == 0 ? leases : others;
      String name = "user " + i;
      all.add(
          threads.submit(
              () -> {
                try (Lease lease = asked.acquire(new Request(key, sharing, name), ahead -> {})) {
                  int users = inside.incrementAndGet();
                  if (sharing == CacheSharing.LOCKED) {
                    exclusive.addAndGet(users == 1 ? 1 : 1_000);
                  }
                  leases.holders(key);
                  inside.decrementAndGet();
                  return lease.token();
                }
              }));
    }
    for (Future<?> one : all) {
      one.get(30, TimeUnit.SECONDS);
    }
    assertThat(exclusive).hasValue(14);
    assertThat(leases.holders(key)).isEmpty();
  }

  private long beatOf(String who) {
    return queues(0).get(key.hex()).orElseThrow().entries().stream()
        .filter(entry -> entry.who().equals(who))
        .mapToLong(LeaseQueue.Entry::beat)
        .findFirst()
        .orElseThrow();
  }

  private Lease now(CacheDirectoryLeases asked, String who, CacheSharing sharing)
      throws InterruptedException {
    return asked.acquire(
        new Request(key, sharing, who),
        ahead -> {
          throw new AssertionError("waits for " + ahead);
        });
  }

  private Future<Lease> later(CacheDirectoryLeases asked, String who, CacheSharing sharing) {
    return threads.submit(() -> asked.acquire(new Request(key, sharing, who), waits::add));
  }
}
