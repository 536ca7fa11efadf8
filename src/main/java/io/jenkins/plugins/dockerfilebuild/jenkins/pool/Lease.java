package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.Label;
import hudson.model.Queue;
import java.util.Optional;
import java.util.concurrent.Future;
import jenkins.util.Timer;

/**
 * One executor that a step asks the queue for, and that this or a more urgent step uses and gives
 * back. The queue and executors tell it what happens from threads of their own. Thread-safe.
 */
final class Lease {

  /** The agent that the executor belongs to; absent while the lease waits and after its end. */
  private Optional<Computer> computer = Optional.empty();

  /** What keeps the executor; present with {@link #computer}. */
  private Optional<LeaseExecution> execution = Optional.empty();

  private boolean ended = false;
  private boolean refused = false;

  private final Runnable changed;

  /** Of the step that wants it, or that uses it. */
  private Thread holder = Thread.currentThread();

  /** What stands in the queue; present from the request to the end. */
  private Optional<LeaseTask> task = Optional.empty();

  /** As it entered the queue; where it stands there now is another object with the same id. */
  private Optional<Queue.Item> item = Optional.empty();

  /**
   * @param changed called, from any thread, whenever there is news
   */
  Lease(Runnable changed) {
    this.changed = changed;
  }

  /** Enters the queue. */
  void request(LeaseTask.Purpose purpose, Label label) {
    LeaseTask asked = new LeaseTask(this, purpose, label);
    Queue.Item entered = Queue.getInstance().schedule2(asked, 0).getItem();
    synchronized (this) {
      task = Optional.of(asked);
      item = Optional.ofNullable(entered);
      refused = entered == null;
    }
  }

  /** An executor has taken it. Answers what keeps the executor, or nothing if nobody wants it. */
  Optional<LeaseExecution> begin(Executor executor) {
    synchronized (this) {
      if (ended) {
        return Optional.empty();
      }
      computer = Optional.of(executor.getOwner());
      execution = Optional.of(new LeaseExecution(this));
    }
    changed.run();
    return execution;
  }

  /** A step uses it, not necessarily that which asked for it. */
  synchronized void serve(LeaseTask.Purpose purpose, Thread step) {
    task.ifPresent(asked -> asked.serve(purpose));
    holder = step;
  }

  /** The agent whose executor is held. */
  synchronized Optional<Computer> computer() {
    return computer;
  }

  /** Whether somebody took it out of the queue, or a listener of the queue did not let it in. */
  synchronized boolean isRefused() {
    return refused
        || (computer.isEmpty()
            && item.map(Queue.Item::getFuture).map(Future::isCancelled).orElse(false));
  }

  /** Why it waits, in the queue's words. */
  synchronized Optional<String> waitsFor() {
    return item.map(Queue.Item::getId).map(Queue.getInstance()::getItem).map(Queue.Item::getWhy);
  }

  /** Somebody stops the executor: the step on it is to end. */
  synchronized void interrupt() {
    if (!ended) {
      holder.interrupt();
    }
  }

  /** Leaves the queue, or gives the executor back. May be called twice. */
  void release() {
    Optional<LeaseExecution> held;
    Optional<LeaseTask> waiting;
    synchronized (this) {
      ended = true;
      held = execution;
      waiting = held.isPresent() ? Optional.empty() : task;
      execution = Optional.empty();
      computer = Optional.empty();
      item = Optional.empty();
      task = Optional.empty();
    }
    waiting.ifPresent(gone -> Queue.getInstance().cancel(gone));
    // Completing takes the queue's lock, which must not be waited for under locks of ours.
    held.ifPresent(running -> Timer.get().execute(() -> running.completed(null)));
  }
}
