package io.jenkins.plugins.dockerfilebuild.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TimedExchangeTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch failed = new CountDownLatch(1);

  private String failWhenClosed() throws IOException {
    await(closed);
    failed.countDown();
    throw new IOException("closed");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The reader fails before the closing is over, as where a socket wakes it. */
  private void closeAndSeeItFail() {
    closed.countDown();
    await(failed);
  }

  @Test
  void aServerThatIsLateIsToldAsLateThoughItsReaderIsToldThatItIsClosed() {
    assertThatThrownBy(
            () ->
                TimedExchange.within(
                    new CallLimits(LONG, SHORT),
                    headCame -> {
                      headCame.tell();
                      return failWhenClosed();
                    },
                    this::closeAndSeeItFail))
        .isInstanceOf(LateAnswerException.class)
        .hasMessage("the server took longer than 20 ms for its answer");
  }

  @Test
  void aServerThatSaysNothingIsToldAndItsAnswerIsNotRead() {
    assertThatThrownBy(
            () ->
                TimedExchange.within(
                    new CallLimits(SHORT, LONG),
                    headCame -> {
                      await(closed);
                      headCame.tell();
                      throw new AssertionError("it is read");
                    },
                    closed::countDown))
        .isInstanceOf(LateAnswerException.class)
        .hasMessage("the server does not answer");
  }

  @Test
  void whatTheReaderFailsOfIsThrownAsItIs() {
    assertThatThrownBy(
            () ->
                TimedExchange.within(
                    new CallLimits(LONG, LONG),
                    headCame -> {
                      headCame.tell();
                      throw new IllegalStateException("it");
                    },
                    () -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("it");
  }

  @Test
  void whoeverIsInterruptedWaitsNoLongerAndTheReaderHasEnded() {
    Thread caller = Thread.currentThread();
    assertThatThrownBy(
            () ->
                TimedExchange.within(
                    new CallLimits(LONG, LONG),
                    headCame -> {
                      headCame.tell();
                      caller.interrupt();
                      return failWhenClosed();
                    },
                    closed::countDown))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(failed.getCount()).isZero();
  }
}
