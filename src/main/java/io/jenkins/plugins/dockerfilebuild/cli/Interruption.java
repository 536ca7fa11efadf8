package io.jenkins.plugins.dockerfilebuild.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While it is open, Ctrl-C (or SIGTERM, or a hang-up) cancels the build and waits until its
 * containers are gone, for a bounded time. A second Ctrl-C stops the process at once.
 */
final class Interruption implements AutoCloseable {

  private static final int SIGNALED = 128;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  private final Thread builder;
  private final Duration patience;
  private final Runnable lastResort;
  // Set by the hook, never reset.
  private volatile boolean requested = false;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::cancel, "cancel");

  private Interruption(Thread builder, Duration patience, Runnable lastResort) {
    this.builder = builder;
    this.patience = patience;
    this.lastResort = lastResort;
  }

  /**
   * Guards the calling thread, which builds.
   *
   * @param lastResort what must happen also if the build does not end in time: the terminal's
   *     cursor
   */
  static Interruption guard(Duration patience, Runnable lastResort) {
    Interruption guard = new Interruption(Thread.currentThread(), patience, lastResort);
    Runtime.getRuntime().addShutdownHook(guard.hook);
    return guard;
  }

  private void cancel() {
    Signals.handle("INT", () -> halt(SIGINT));
    Signals.handle("TERM", () -> halt(SIGTERM));
    requested = true;
    builder.interrupt();
    try {
      if (!done.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        lastResort.run();
      }
    } catch (InterruptedException e) {
      lastResort.run();
    }
  }

  private void halt(int signal) {
    lastResort.run();
    Runtime.getRuntime().halt(SIGNALED + signal);
  }

  /** Whether the user, or the system, has asked the build to end. */
  boolean requested() {
    return requested;
  }

  /** The build has ended, however it did, and all that it had to say is said. */
  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends already, and the hook runs: nothing is left to remove.
      return;
    }
  }
}
