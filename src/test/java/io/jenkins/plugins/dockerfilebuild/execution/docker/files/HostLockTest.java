package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HostLockTest {

  @TempDir private Path directory;
  private Path file;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("a.lock");
  }

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  void sharersShareAndExcludeTheExclusive() throws IOException {
    HostLock one = HostLock.shared(file);
    HostLock two = HostLock.shared(file);
    assertThat(HostLock.tryExclusive(file)).isEmpty();
    one.close();
    assertThat(two.isHeld()).isTrue();
    assertThat(HostLock.tryExclusive(file)).isEmpty();
    two.close();
    assertThat(taken(HostLock.tryExclusive(file))).isTrue();
  }

  @Test
  void closingTwiceReleasesOnce() throws IOException {
    HostLock one = HostLock.shared(file);
    try (HostLock two = HostLock.shared(file)) {
      one.close();
      one.close();
      assertThat(two.isHeld()).isTrue();
      assertThat(HostLock.tryExclusive(file)).isEmpty();
    }
  }

  @Test
  void whoSharesBecomesExclusiveWhenTheOthersAreGone() throws IOException {
    HostLock one = HostLock.shared(file);
    HostLock two = HostLock.shared(file);
    assertThat(one.becomeExclusiveOrClose()).as("one of two").isFalse();
    assertThat(one.isHeld()).isFalse();
    assertThat(two.becomeExclusiveOrClose()).as("the other").isTrue();
    assertThat(two.becomeExclusiveOrClose()).as("once more").isTrue();
    assertThat(HostLock.tryShared(file)).isEmpty();
    two.close();
    assertThat(two.becomeExclusiveOrClose()).as("closed").isFalse();
    assertThat(taken(HostLock.tryExclusive(file))).isTrue();
  }

  @Test
  void whoSharesWithAnotherProcessDoesNotBecomeExclusive() throws Exception {
    try (OtherProcess other = OtherProcess.locking(file, "shared").awaitLock()) {
      assertThat(HostLock.shared(file).becomeExclusiveOrClose()).isFalse();
      other.end();
      assertThat(taken(HostLock.tryExclusive(file))).isTrue();
    }
  }

  @Test
  void exclusiveUsesOfThreadsNeverOverlap() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CompletableFuture<?>[] uses = new CompletableFuture<?>[8];
    for (int i = 0; i < uses.length; i++) {
      uses[i] =
          CompletableFuture.runAsync(
              () -> {
                for (int round = 0; round < 25; round++) {
                  use(inside, most);
                }
              },
              threads);
    }
    CompletableFuture.allOf(uses).get();

    assertThat(most).hasValue(1);
  }

  private void use(AtomicInteger inside, AtomicInteger most) {
    try (HostLock lock = HostLock.exclusive(file)) {
      assertThat(lock.isHeld()).isTrue();
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
      inside.decrementAndGet();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anInterruptEndsTheWaitAndLeavesNothingLocked() throws Exception {
    HostLock held = HostLock.exclusive(file);
    CountDownLatch started = new CountDownLatch(1);
    Future<?> waiting =
        threads.submit(
            () -> {
              started.countDown();
              assertThatThrownBy(() -> HostLock.exclusive(file))
                  .isInstanceOf(InterruptedIOException.class);
              assertThat(Thread.interrupted()).isTrue();
              return null;
            });
    started.await();
    waiting.cancel(true);
    held.close();

    assertThat(taken(Optional.of(HostLock.exclusive(file)))).isTrue();
  }

  @Test
  void anotherProcessExcludesUsUntilItEnds() throws Exception {
    try (OtherProcess other = OtherProcess.locking(file, "exclusive").awaitLock()) {
      assertThat(HostLock.tryShared(file)).isEmpty();
      assertThat(HostLock.tryExclusive(file)).isEmpty();
      other.end();
      assertThat(taken(HostLock.tryExclusive(file))).isTrue();
    }
  }

  @Test
  void anotherProcessSharesWithUs() throws Exception {
    try (OtherProcess other = OtherProcess.locking(file, "shared").awaitLock();
        HostLock ours = HostLock.shared(file)) {
      assertThat(ours.isHeld()).isTrue();
      other.end();
      assertThat(HostLock.tryExclusive(file)).isEmpty();
    }
  }

  @Test
  void aProcessThatIsKilledLetsGo() throws Exception {
    try (OtherProcess other = OtherProcess.locking(file, "exclusive").awaitLock()) {
      Future<HostLock> waiting = threads.submit(() -> HostLock.exclusive(file));
      assertThat(waiting).isNotDone();
      other.kill();
      assertThat(taken(Optional.of(waiting.get()))).isTrue();
    }
  }

  @Test
  void anExclusiveProcessThatWaitsIsNotOvertakenBySharers() throws Exception {
    HostLock first = HostLock.shared(file);
    try (OtherProcess other = OtherProcess.locking(file, "exclusive")) {
      awaitQueued();
      Future<HostLock> late = threads.submit(() -> HostLock.shared(file));
      first.close();
      other.awaitLock();
      assertThat(late).isNotDone();
      other.end();
      assertThat(taken(Optional.of(late.get()))).isTrue();
    }
  }

  @Test
  void anInterruptEndsTheWaitForAnotherProcess() throws Exception {
    try (OtherProcess other = OtherProcess.locking(file, "exclusive").awaitLock()) {
      Thread[] waiter = new Thread[1];
      CountDownLatch started = new CountDownLatch(1);
      Future<HostLock> waiting =
          threads.submit(
              () -> {
                waiter[0] = Thread.currentThread();
                started.countDown();
                return HostLock.exclusive(file);
              });
      started.await();
      waiter[0].interrupt();
      assertThatThrownBy(waiting::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(InterruptedIOException.class);
      other.end();
      assertThat(taken(HostLock.tryExclusive(file))).isTrue();
    }
  }

  /** Until the other process stands in the queue: then even a sharer would have to wait. */
  private void awaitQueued() throws IOException, InterruptedException {
    Optional<HostLock> free = HostLock.tryShared(file);
    while (free.isPresent()) {
      free.get().close();
      TimeUnit.MILLISECONDS.sleep(5);
      free = HostLock.tryShared(file);
    }
  }

  private static boolean taken(Optional<HostLock> lock) throws IOException {
    if (lock.isEmpty()) {
      return false;
    }
    try (HostLock held = lock.get()) {
      return held.isHeld();
    }
  }
}
