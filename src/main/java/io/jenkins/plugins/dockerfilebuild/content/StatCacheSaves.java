package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;

/**
 * Saves a stat cache while its build goes on: an engine runs the steps, and our processors have
 * time. Thread-safe.
 */
final class StatCacheSaves {

  private final StatCache cache;

  /** The save that was begun last; guarded by this. */
  private Optional<Future<?>> last = Optional.empty();

  StatCacheSaves(StatCache cache) {
    this.cache = cache;
  }

  /** Begins to save what is known by now, unless that is going on. */
  synchronized void saveSoon() {
    if (last.filter(save -> !save.isDone()).isEmpty()) {
      last =
          Optional.of(
              ForkJoinPool.commonPool()
                  .submit(
                      () -> {
                        cache.save();
                        return null;
                      }));
    }
  }

  /** Saves what is not saved yet. */
  synchronized void finish() throws IOException {
    try {
      if (last.isPresent()) {
        last.get().get();
      }
    } catch (ExecutionException e) {
      // It fails again below, where somebody is told.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cache.save();
  }
}
