package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * Tells a build's events to its listener, one at a time whoever speaks, stamped with the time since
 * the build began. Thread-safe.
 */
public final class Progress {

  private final BuildListener listener;
  private final LongSupplier nanoTime;
  private final long start;

  /**
   * @param nanoTime a monotonic clock, {@link System#nanoTime} outside tests
   */
  public Progress(BuildListener listener, LongSupplier nanoTime) {
    this.listener = listener;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  /** Milliseconds since the build began. */
  public long millis() {
    return (nanoTime.getAsLong() - start) / 1_000_000;
  }

  /**
   * @param event makes the event of its time
   */
  public synchronized void tell(LongFunction<BuildEvent> event) {
    listener.on(event.apply(millis()));
  }
}
