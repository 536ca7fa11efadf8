package io.jenkins.plugins.dockerfilebuild.execution.link;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The events of one operation between the thread that runs it and those that answer polls. Holds a
 * bounded number of bytes: whoever adds more waits until the caller has fetched some. Several polls
 * may wait at once; each gets events that no other gets. Thread-safe.
 */
final class EventQueue {

  private static final long MOST_BYTES = (long) LinkLimits.WINDOW * LinkLimits.BATCH_BYTES;

  /** What a poll is given at once, but for its first event, which may be larger. */
  private static final long POLL_BYTES = LinkLimits.BATCH_BYTES;

  private final Deque<OperationEvent> waiting = new ArrayDeque<>();
  private long waitingBytes;

  /** Index of the first that waits. */
  private long next;

  private boolean ended;
  private boolean canceled;

  /**
   * Adds an event; waits for room unless it is the last. Without room, events of a canceled
   * operation are dropped.
   *
   * @throws InterruptedIOException the operation was stopped while it waited
   */
  synchronized void add(OperationEvent event) throws InterruptedIOException {
    try {
      while (isFull() && !event.isEnd() && !canceled) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    if (isFull() && !event.isEnd()) {
      return;
    }
    waiting.add(event);
    waitingBytes += event.weight();
    ended |= event.isEnd();
    notifyAll();
  }

  private boolean isFull() {
    return waitingBytes >= MOST_BYTES;
  }

  /** Nobody waits for room any more, such as the thread that relays a container's output. */
  synchronized void cancel() {
    canceled = true;
    notifyAll();
  }

  /** What is there, or will be within the time; nothing if not, and once all was taken. */
  synchronized AgentFrame.Events take(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (waiting.isEmpty() && !ended) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    long first = next;
    List<OperationEvent> taken = new ArrayList<>();
    long bytes = 0;
    while (!waiting.isEmpty()
        && (taken.isEmpty() || bytes + waiting.peek().weight() <= POLL_BYTES)) {
      OperationEvent event = waiting.remove();
      bytes += event.weight();
      taken.add(event);
    }
    next += taken.size();
    waitingBytes -= bytes;
    notifyAll();
    return new AgentFrame.Events(first, taken);
  }

  /** Whether the last event was taken. */
  synchronized boolean isExhausted() {
    return ended && waiting.isEmpty();
  }
}
