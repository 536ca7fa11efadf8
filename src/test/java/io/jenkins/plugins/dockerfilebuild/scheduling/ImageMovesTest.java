package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.coordination.InMemoryTransferRates;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ImageCopy;
import io.jenkins.plugins.dockerfilebuild.execution.ReceivedImage;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ImageMovesTest {

  private final ImageMoves moves =
      new ImageMoves(new Progress(event -> {}, System::nanoTime), new InMemoryTransferRates());

  private static Agent throwing(RuntimeException problem) {
    return TestAgents.answering(
        "agent",
        1,
        (proxy, method, arguments) -> {
          throw problem;
        });
  }

  /** An agent without a way to another: what it is to have passes through the caller. */
  private static Agent fetchingNothing() {
    return TestAgents.answering(
        "receiver",
        1,
        (proxy, method, arguments) -> {
          if (method.getName().equals("fetchImage")) {
            return Optional.empty();
          }
          throw new AssertionError("nobody should call " + method.getName());
        });
  }

  @Test
  void anInterruptedMoveIsNoLostAgent() {
    Agent agent = throwing(new CancellationException("interrupted"));
    assertThatThrownBy(() -> moves.move(ImageMoves.Moved.image("image"), agent, agent))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void aFailedMoveSaysWhatFailedAndMayBeTriedAgain() {
    Agent source = throwing(new AgentLostException("the engine is gone", null));
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(
              () -> moves.move(ImageMoves.Moved.image("image"), fetchingNothing(), source))
          .isInstanceOf(AgentLostException.class)
          .hasMessageContaining("the engine is gone");
    }
  }

  @Test
  void whatTheSourceCannotGiveIsNotTheReceiversFault() {
    Agent source = throwing(new AgentLostException("its disk is full", null));
    assertThatThrownBy(() -> moves.move(ImageMoves.Moved.image("image"), source, fetchingNothing()))
        .isInstanceOf(ImageCopy.SourceFailedException.class)
        .hasMessageContaining("its disk is full");
  }

  /** As an engine that has pruned it meanwhile does. */
  @Test
  void whatWasBroughtBeforeIsBroughtAgainWhenItIsAskedFor() throws Exception {
    AtomicInteger fetched = new AtomicInteger();
    Agent receiver =
        TestAgents.answering(
            "receiver",
            1,
            (proxy, method, arguments) ->
                Optional.of(new ReceivedImage("there", 10 + fetched.getAndIncrement())));
    ImageMoves.Moved image = ImageMoves.Moved.image("image");

    assertThat(moves.move(image, TestAgents.silent("source", 1), receiver))
        .isEqualTo(new ReceivedImage("there", 10));
    assertThat(moves.move(image, TestAgents.silent("source", 1), receiver))
        .isEqualTo(new ReceivedImage("there", 11));
  }

  @Test
  void whoAsksWhileAnImageIsOnItsWayWaitsForIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch arrives = new CountDownLatch(1);
    Agent receiver =
        TestAgents.answering(
            "receiver",
            1,
            (proxy, method, arguments) -> {
              begun.countDown();
              arrives.await();
              return Optional.of(new ReceivedImage("there", 10));
            });
    Callable<ReceivedImage> move =
        () -> moves.move(ImageMoves.Moved.image("image"), TestAgents.silent("source", 1), receiver);
    FutureTask<ReceivedImage> first = new FutureTask<>(move);
    FutureTask<ReceivedImage> second = new FutureTask<>(move);
    new Thread(first).start();
    begun.await();
    Thread waiting = new Thread(second);
    waiting.start();
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    arrives.countDown();

    assertThat(first.get()).isEqualTo(new ReceivedImage("there", 10));
    assertThat(second.get()).isEqualTo(new ReceivedImage("there", 0));
  }
}
