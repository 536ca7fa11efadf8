package io.jenkins.plugins.dockerfilebuild.coordination;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The clocks of this process.
 *
 * @param wall what people read, and what tokens grow with; it may be set
 * @param forwardMillis never set, without a meaning elsewhere
 */
public record ProcessClock(InstantSource wall, LongSupplier forwardMillis) {

  /** Those of the machine. */
  public static ProcessClock system() {
    return new ProcessClock(InstantSource.system(), () -> System.nanoTime() / 1_000_000);
  }

  long millis() {
    return wall.millis();
  }
}
