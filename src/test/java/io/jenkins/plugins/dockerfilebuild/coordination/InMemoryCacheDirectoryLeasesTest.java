package io.jenkins.plugins.dockerfilebuild.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Holder;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Lease;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets a directory, in which order, and how leases end. */
@Timeout(60)
class InMemoryCacheDirectoryLeasesTest {

  private static final CacheKey KEY = new CacheKey("ns", "m2", "linux/amd64", "", 0755, 0, 0);

  private final AtomicLong now = new AtomicLong(5_000);
  private final InMemoryCacheDirectoryLeases leases =
      new InMemoryCacheDirectoryLeases(
          Duration.ofSeconds(30), () -> Instant.ofEpochMilli(now.get()));
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<List<Holder>> waits = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void sharersHoldTogetherAndPrivateOnesNeverWait() throws InterruptedException {
    try (Lease one = now("a", CacheSharing.SHARED);
        Lease two = now("b", CacheSharing.SHARED)) {
      assertThat(two.token()).isGreaterThan(one.token());
    }
    try (Lease locked = now("c", CacheSharing.LOCKED);
        Lease alone = now("d", CacheSharing.PRIVATE)) {
      assertThat(alone.token()).isGreaterThan(locked.token());
    }
  }

  @Test
  void whoWaitsIsToldWhoHoldsItAndSinceWhen() throws Exception {
    Lease first = now("build 7, step 2 on a1", CacheSharing.LOCKED);
    now.set(9_000);
    Future<Lease> second = later("build 8", CacheSharing.SHARED);

    assertThat(waits.take())
        .containsExactly(new Holder("build 7, step 2 on a1", CacheSharing.LOCKED, false, 5_000));
    now.set(9_500);
    first.close();

    assertThat(second.get().waitMillis()).isEqualTo(500);
    assertThat(leases.holders(KEY))
        .containsExactly(new Holder("build 8", CacheSharing.SHARED, false, 9_500));
  }

  @Test
  void firstComeIsFirstServedSoSharersDoNotStarveALockedRequest() throws Exception {
    Lease sharer = now("s1", CacheSharing.SHARED);
    Future<Lease> locked = later("l", CacheSharing.LOCKED);
    waits.take();
    Future<Lease> late = later("s2", CacheSharing.SHARED);
    assertThat(waits.take()).extracting(Holder::who).containsExactly("l");

    sharer.close();
    Lease held = locked.get();
    assertThat(late.isDone()).isFalse();
    held.close();
    late.get().close();
  }

  @Test
  void aLeaseThatIsNotRenewedEndsByItself() throws InterruptedException {
    Lease dead = now("dead", CacheSharing.LOCKED);
    now.addAndGet(20_000);
    assertThat(dead.renew()).isTrue();
    now.addAndGet(30_001);

    Lease next = now("next", CacheSharing.LOCKED);

    assertThat(next.token()).isGreaterThan(dead.token());
    assertThat(dead.renew()).isFalse();
    dead.close();
    assertThat(leases.holders(KEY)).extracting(Holder::who).containsExactly("next");
  }

  @Test
  void anInterruptedRequestLeavesTheQueue() throws Exception {
    Lease first = now("a", CacheSharing.LOCKED);
    Future<Lease> waiting = later("b", CacheSharing.LOCKED);
    waits.take();
    waiting.cancel(true);
    first.close();

    later("c", CacheSharing.LOCKED).get().close();
    assertThat(leases.holders(KEY)).isEmpty();
    assertThatThrownBy(waiting::get).isInstanceOf(java.util.concurrent.CancellationException.class);
  }

  @Test
  void aLockedHolderIsAloneWhateverOthersDo() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger exclusive = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      CacheSharing sharing = i % 3 == 0 ? CacheSharing.LOCKED : CacheSharing.SHARED;
      String name = "user " + i;
      all.add(
          threads.submit(
              () -> {
                try (Lease lease = leases.acquire(new Request(KEY, sharing, name), ahead -> {})) {
                  int users = inside.incrementAndGet();
                  if (sharing == CacheSharing.LOCKED) {
                    exclusive.addAndGet(users == 1 ? 1 : 1_000);
                  }
                  leases.holders(KEY);
                  inside.decrementAndGet();
                  return lease.token();
                }
              }));
    }
    for (Future<?> one : all) {
      one.get(30, TimeUnit.SECONDS);
    }
    assertThat(exclusive).hasValue(14);
    assertThat(leases.holders(KEY)).isEmpty();
  }

  private Lease now(String who, CacheSharing sharing) throws InterruptedException {
    return leases.acquire(
        new Request(KEY, sharing, who),
        ahead -> {
          throw new AssertionError("waits for " + ahead);
        });
  }

  private Future<Lease> later(String who, CacheSharing sharing) {
    return threads.submit(() -> leases.acquire(new Request(KEY, sharing, who), waits::add));
  }
}
