package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.execution.PlaceHolder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * The places on this agent where steps run: a bounded number, first come, first served over all
 * builds. Thread-safe.
 */
final class StepPlaces {

  /** How often those who wait are told who is ahead, for builds that look on. */
  private static final long TELL_MILLIS = 2000;

  /** Of those ahead, so many are named. */
  private static final int NAMED = 8;

  private final int capacity;

  /** Holders and, behind them, those who wait, in the order in which they came; guarded by this. */
  private final List<Entry> queue = new ArrayList<>();

  private record Entry(String who, long sinceNanos) {}

  StepPlaces(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("an agent has room for one step at least");
    }
    this.capacity = capacity;
  }

  /**
   * Waits for a place and holds it until the calling thread is interrupted.
   *
   * @param told who is ahead, when the wait begins and every now and then
   * @param granted is called when the wait is over
   */
  void hold(String who, Consumer<List<PlaceHolder>> told, Runnable granted) {
    Entry entry = new Entry(who, System.nanoTime());
    synchronized (this) {
      queue.add(entry);
    }
    try {
      for (var ahead = ahead(entry); !ahead.isEmpty(); ahead = ahead(entry)) {
        told.accept(ahead);
        pause(entry);
      }
      granted.run();
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      // The only way to end, and what follows is not interrupted.
    } finally {
      leave(entry);
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the caller loops, and tells in between
  private synchronized void pause(Entry entry) throws InterruptedException {
    if (position(entry) >= capacity) {
      wait(TELL_MILLIS);
    }
  }

  /** Empty when it is the entry's turn. */
  private synchronized List<PlaceHolder> ahead(Entry entry) {
    int position = position(entry);
    if (position < capacity) {
      return List.of();
    }
    long now = System.nanoTime();
    List<PlaceHolder> ahead = new ArrayList<>();
    for (int i = 0; i < Math.min(position, NAMED); i++) {
      Entry other = queue.get(i);
      ahead.add(new PlaceHolder(other.who, i >= capacity, (now - other.sinceNanos) / 1_000_000));
    }
    return ahead;
  }

  /** Entries are told apart by identity: one build may ask twice in the same words. */
  @SuppressWarnings("ReferenceEquality")
  private int position(Entry entry) {
    for (int i = 0; i < queue.size(); i++) {
      if (queue.get(i) == entry) {
        return i;
      }
    }
    throw new IllegalStateException("not in the queue");
  }

  private synchronized void leave(Entry entry) {
    queue.remove(position(entry));
    notifyAll();
  }
}
