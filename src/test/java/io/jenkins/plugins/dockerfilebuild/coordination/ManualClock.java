package io.jenkins.plugins.dockerfilebuild.coordination;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A clock of one process that goes when it is told to. */
public final class ManualClock {

  private final AtomicLong millis;

  public ManualClock(long millis) {
    this.millis = new AtomicLong(millis);
  }

  public ProcessClock clock() {
    return new ProcessClock(() -> Instant.ofEpochMilli(millis.get()), millis::get);
  }

  public long millis() {
    return millis.get();
  }

  public void advance(Duration time) {
    millis.addAndGet(time.toMillis());
  }
}
