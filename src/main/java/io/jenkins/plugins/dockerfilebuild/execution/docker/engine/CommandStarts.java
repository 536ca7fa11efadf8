package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import java.time.Duration;

/**
 * Counts the commands that an engine has started, so that what is not urgent can be done after the
 * next one. An engine that makes a layer meanwhile takes 90 to 130 ms to start a container instead
 * of 70. Thread-safe.
 */
public final class CommandStarts {

  /** A step that takes over a place has its container started within 0.3 s, or does not come. */
  private static final Duration MOST = Duration.ofMillis(300);

  private final Duration most;
  private long count = 0;

  public CommandStarts() {
    this(MOST);
  }

  CommandStarts(Duration most) {
    this.most = most;
  }

  /** How many there were. */
  public synchronized long count() {
    return count;
  }

  synchronized void started() {
    count++;
    notifyAll();
  }

  /**
   * Waits until there were more than {@code before}, but not long.
   *
   * @return whether there were
   */
  public synchronized boolean awaitMoreThan(long before) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    long left = most.toMillis();
    while (count <= before && left > 0) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
    return count > before;
  }
}
