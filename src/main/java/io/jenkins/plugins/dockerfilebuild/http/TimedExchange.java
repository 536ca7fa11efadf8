package io.jenkins.plugins.dockerfilebuild.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Bounds the time of a request and its answer, which run on a thread of their own: a socket heeds
 * no interrupt, and a server that sends a byte now and then would hold a build for ever.
 *
 * <p>Whether a server is late is decided once, and before its connection is closed. So it is told
 * as late, whatever the closing makes its reader say.
 */
final class TimedExchange<T> {

  /** A thread whose connection is closed has at most files of its own to put away. */
  private static final long LAST_MILLIS = 10_000;

  private final CompletableFuture<Void> head = new CompletableFuture<>();
  private final CompletableFuture<T> end = new CompletableFuture<>();

  private TimedExchange() {}

  interface Work<T> {

    /**
     * @param headCame to be run when the head of the answer is there; fails when nobody waits for
     *     it any more
     */
    T run(HeadCame headCame) throws IOException;
  }

  interface HeadCame {
    void tell() throws InterruptedIOException;
  }

  /**
   * Does the work, and waits for it.
   *
   * @param cancel wakes the work, which fails then
   * @throws LateAnswerException the head or the end of the answer did not come in time
   * @throws InterruptedIOException the caller was interrupted
   */
  static <T> T within(CallLimits limits, Work<T> work, Runnable cancel) throws IOException {
    TimedExchange<T> exchange = new TimedExchange<>();
    Thread thread = new Thread(() -> exchange.run(work), "http request");
    thread.setDaemon(true);
    thread.start();
    try {
      await(exchange.head, limits.head(), "the server does not answer");
      return await(
          exchange.end,
          limits.body(),
          "the server took longer than " + told(limits.body()) + " for its answer");
    } catch (InterruptedException e) {
      exchange.head.completeExceptionally(e);
      throw new InterruptedIOException("interrupted");
    } finally {
      if (!exchange.end.isDone() || exchange.end.isCompletedExceptionally()) {
        cancel.run();
        exchange.awaitLast(thread);
      }
    }
  }

  private void run(Work<T> work) {
    try {
      T answer = work.run(this::headCame);
      end.complete(answer);
    } catch (IOException | RuntimeException | Error e) {
      // Errors too: who asked would wait for ever.
      head.completeExceptionally(e);
      end.completeExceptionally(e);
    }
  }

  private void headCame() throws InterruptedIOException {
    if (!head.complete(null)) {
      throw new InterruptedIOException("nobody waits for the answer any more");
    }
  }

  private static <V> V await(CompletableFuture<V> moment, Duration limit, String late)
      throws IOException, InterruptedException {
    try {
      moment.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      moment.completeExceptionally(new LateAnswerException(late));
    } catch (ExecutionException e) {
      // It is thrown below.
    }
    try {
      return moment.get();
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    }
  }

  private static IOException rethrown(Throwable problem) {
    if (problem instanceof RuntimeException unexpected) {
      throw unexpected;
    }
    if (problem instanceof Error error) {
      throw error;
    }
    return (IOException) problem;
  }

  private static String told(Duration limit) {
    return limit.toMillis() < 1000 ? limit.toMillis() + " ms" : limit.toSeconds() + " s";
  }

  /** A reader that began ends before its caller does: what it writes is the caller's. */
  private void awaitLast(Thread thread) {
    if (head.isCompletedExceptionally()) {
      return;
    }
    try {
      thread.join(LAST_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
