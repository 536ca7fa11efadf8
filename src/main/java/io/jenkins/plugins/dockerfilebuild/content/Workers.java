package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;

/**
 * The threads on which files are read and written: one per processor, at least two, shared by the
 * whole process and daemons. File operations of one build are many and short; more threads than
 * processors only fight for the directory's lock.
 */
public final class Workers {

  private static final ForkJoinPool POOL =
      new ForkJoinPool(Math.max(2, Runtime.getRuntime().availableProcessors()));

  private Workers() {}

  /** One piece of work that may fail as file operations do. */
  @FunctionalInterface
  public interface Work<T> {
    void accept(T item) throws IOException;
  }

  /**
   * Does {@code work} on all items, several at once; returns when all are done.
   *
   * @throws IOException what the work threw first; what else is going on is finished
   */
  public static <T> void forEach(List<T> items, int batchSize, Work<? super T> work)
      throws IOException {
    List<ForkJoinTask<?>> tasks = new ArrayList<>();
    for (int start = 0; start < items.size(); start += batchSize) {
      List<T> batch = items.subList(start, Math.min(items.size(), start + batchSize));
      tasks.add(action(() -> doAll(batch, work)));
    }
    try {
      invoke(action(() -> ForkJoinTask.invokeAll(tasks)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Runs a task that may fork others on these threads, and waits for it. */
  static <T> T invoke(ForkJoinTask<T> task) {
    return ForkJoinTask.getPool() == POOL ? task.invoke() : POOL.invoke(task);
  }

  private static ForkJoinTask<?> action(Runnable body) {
    return new RecursiveAction() {
      private static final long serialVersionUID = 1L;

      @Override
      protected void compute() {
        body.run();
      }
    };
  }

  private static <T> void doAll(List<T> items, Work<? super T> work) {
    for (T item : items) {
      try {
        work.accept(item);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
