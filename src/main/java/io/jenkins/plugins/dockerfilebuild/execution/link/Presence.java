package io.jenkins.plugins.dockerfilebuild.execution.link;

import java.io.IOException;
import java.util.concurrent.Executor;

/**
 * Says now and then that a caller is there while its thread is busy with what it was told, and so
 * asks for nothing: the agent would take it to be gone. Used by one thread.
 */
final class Presence {

  private final Runnable here;
  private final Executor later;
  private volatile boolean busy = false;
  private volatile boolean over = false;
  private boolean watched = false;

  /**
   * @param here tells the agent, and does not wait
   * @param later executes a while later, on any thread
   */
  Presence(Runnable here, Executor later) {
    this.here = here;
    this.later = later;
  }

  /** What may take longer than the agent waits. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  void during(Work work) throws IOException {
    busy = true;
    if (!watched) {
      watched = true;
      watch();
    }
    try {
      work.run();
    } finally {
      busy = false;
    }
  }

  private void watch() {
    later.execute(
        () -> {
          if (over) {
            return;
          }
          if (busy) {
            here.run();
          }
          watch();
        });
  }

  /** Nothing more is told. */
  void end() {
    over = true;
  }
}
