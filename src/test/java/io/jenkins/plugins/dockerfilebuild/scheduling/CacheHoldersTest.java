package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.HeldVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A vault and agents tell what they hold, or do not. */
@Timeout(60)
class CacheHoldersTest {

  private static final CacheKey KEY = new CacheKey("ns", "m2", "linux/amd64", "", 0755, 0, 0);
  private static final List<HeldVersion> HELD =
      List.of(new HeldVersion(KEY, 1, Digest.of("manifest"), 1, 1, 1));

  private final Coordination coordination = Coordination.inMemory();
  private final LinkedBlockingQueue<BuildEvent> events = new LinkedBlockingQueue<>();

  private static CacheReplicas holding(Callable<List<HeldVersion>> inventory) {
    return (CacheReplicas)
        Proxy.newProxyInstance(
            CacheHoldersTest.class.getClassLoader(),
            new Class<?>[] {CacheReplicas.class},
            (proxy, method, arguments) -> inventory.call());
  }

  private static Agent lender(String name, Callable<List<HeldVersion>> inventory) {
    return TestAgents.answering(name, 1, (proxy, method, arguments) -> holding(inventory));
  }

  private CacheHolders holders(Optional<CacheHolder> vault, Agent... lenders) {
    return new CacheHolders(
        new SharedCaches(coordination, vault),
        new Slots(List.of(lenders)),
        new Progress(events::add, System::nanoTime));
  }

  private List<String> notices() {
    return events.stream().map(event -> ((BuildEvent.Notice) event).message()).toList();
  }

  private static List<HeldVersion> failing() {
    throw new UncheckedIOException("cannot list them", new IOException("Input/output error"));
  }

  @Test
  void whoWantsADirectoryWhileAHolderIsAskedWaitsForTheAnswer() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    CacheReplicas slow =
        holding(
            () -> {
              asked.countDown();
              answers.await();
              return HELD;
            });
    CacheHolders holders = holders(Optional.of(CacheHolder.vault("vault", slow)));
    FutureTask<Boolean> first = new FutureTask<>(() -> isFound(holders));
    FutureTask<Boolean> second = new FutureTask<>(() -> isFound(holders));
    new Thread(first).start();
    asked.await();
    Thread other = new Thread(second);
    other.start();
    while (other.getState() != Thread.State.WAITING && !second.isDone()) {
      Thread.onSpinWait();
    }
    answers.countDown();

    assertThat(first.get()).isTrue();
    assertThat(second.get()).isTrue();
  }

  private boolean isFound(CacheHolders holders) throws InterruptedException {
    holders.register();
    return coordination.versions().newest(KEY).isPresent();
  }

  @Test
  void anAgentThatCannotReadItsDirectoriesIsANoticeAndTheOthersAreAsked() throws Exception {
    Agent broken = lender("broken", CacheHoldersTest::failing);
    CacheHolders holders = holders(Optional.empty(), broken, lender("sound", () -> HELD));

    assertThat(isFound(holders)).isTrue();
    holders.register();

    assertThat(notices())
        .containsExactly(
            "the cache directories of broken cannot be used: cannot list them: Input/output error");
  }

  @Test
  void aStepThatIsCanceledWhileItAsksLeavesTheQuestionToTheNext() throws Exception {
    LinkedBlockingQueue<RuntimeException> problems =
        new LinkedBlockingQueue<>(List.of(new CancellationException("canceled")));
    Agent lender =
        lender(
            "lender",
            () -> {
              if (!problems.isEmpty()) {
                throw problems.remove();
              }
              return HELD;
            });
    CacheHolders holders = holders(Optional.empty(), lender);

    assertThatThrownBy(holders::register).isInstanceOf(CancellationException.class);

    assertThat(isFound(holders)).isTrue();
    assertThat(notices()).isEmpty();
  }

  @Test
  void aVaultThatCannotBeReadIsANoticeAndIsGivenNothing() throws Exception {
    CacheHolders holders =
        holders(Optional.of(CacheHolder.vault("vault", holding(CacheHoldersTest::failing))));

    holders.register();

    assertThat(holders.vault()).isEmpty();
    assertThat(notices())
        .containsExactly("the cache vault cannot be used: cannot list them: Input/output error");
  }
}
