package io.jenkins.plugins.dockerfilebuild.scheduling;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Does ahead of time, a few at a time, what would otherwise be waited for one after the other. What
 * goes wrong is left to whoever needs it: there it is tried once more, and then it counts.
 * Thread-safe.
 */
record SideBySide(ExecutorService threads) {

  /** Engines do some things side by side; more of them than this gain nothing. */
  private static final int FEW = 4;

  private static final int MANY = 64;

  /** The sum of what those answer that do not fail. */
  long sum(List<Callable<Long>> all) throws InterruptedException {
    Semaphore few = new Semaphore(FEW);
    List<Callable<Long>> bounded = new ArrayList<>();
    all.forEach(one -> bounded.add(() -> call(one, few)));
    long sum = 0;
    for (Future<Long> done : threads.invokeAll(bounded)) {
      try {
        sum += done.get();
      } catch (ExecutionException e) {
        // See above.
      }
    }
    return sum;
  }

  /**
   * What each answers, in their order, many at a time: for questions of which an agent is asked
   * only one.
   */
  <T> List<T> all(List<Callable<T>> questions) throws InterruptedException {
    Semaphore many = new Semaphore(MANY);
    List<Callable<T>> bounded = new ArrayList<>();
    questions.forEach(one -> bounded.add(() -> call(one, many)));
    List<T> answers = new ArrayList<>();
    for (Future<T> answer : threads.invokeAll(bounded)) {
      try {
        answers.add(answer.get());
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException problem
            ? problem
            : new IllegalStateException(e.getCause());
      }
    }
    return answers;
  }

  private static <T> T call(Callable<T> one, Semaphore few) throws Exception {
    few.acquire();
    try {
      return one.call();
    } finally {
      few.release();
    }
  }
}
