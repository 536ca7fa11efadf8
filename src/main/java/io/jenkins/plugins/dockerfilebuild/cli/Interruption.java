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
  private final ProgressDisplay display;
  // Set by the hook, never reset.
  private volatile boolean requested = false;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::cancel, "cancel");

  private Interruption(Thread builder, Duration patience, ProgressDisplay display) {
    this.builder = builder;
    this.patience = patience;
    this.display = display;
  }

  /**
   * Guards the calling thread, which builds.
   *
   * @param display is closed also if the build does not end in time, so that no terminal is left
   *     without a cursor
   */
  static Interruption guard(Duration patience, ProgressDisplay display) {
    Interruption guard = new Interruption(Thread.currentThread(), patience, display);
    Runtime.getRuntime().addShutdownHook(guard.hook);
    return guard;
  }

  private void cancel() {
    Signals.handle("INT", () -> halt(SIGINT));
    Signals.handle("TERM", () -> halt(SIGTERM));
    requested = true;
    display.note("canceling; another Ctrl-C stops at once");
    builder.interrupt();
    try {
      if (!done.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        display.note("gave up waiting: containers of this build may be left behind");
        display.close();
      }
    } catch (InterruptedException e) {
      display.close();
    }
  }

  private void halt(int signal) {
    display.close();
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
