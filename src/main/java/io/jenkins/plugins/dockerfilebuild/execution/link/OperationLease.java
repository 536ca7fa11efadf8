package io.jenkins.plugins.dockerfilebuild.execution.link;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long an operation goes on of which its caller says nothing.
 *
 * @param nanoTime as {@link System#nanoTime} tells it
 */
record OperationLease(Duration length, LongSupplier nanoTime) {

  /** By the machine's own clock. */
  static OperationLease of(Duration length) {
    return new OperationLease(length, System::nanoTime);
  }

  long now() {
    return nanoTime.getAsLong();
  }

  boolean isOver(long sinceNanos, long nowNanos) {
    return nowNanos - sinceNanos > length.toNanos();
  }
}
