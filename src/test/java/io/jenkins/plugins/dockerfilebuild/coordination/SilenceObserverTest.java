package io.jenkins.plugins.dockerfilebuild.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SilenceObserverTest {

  private static final Duration LIFETIME = Duration.ofSeconds(20);

  private final ManualClock now = new ManualClock(1_000);
  private final SilenceObserver<String> observer =
      new SilenceObserver<>(LIFETIME, now::millis, shown -> shown.substring(0, 1));

  private Set<String> silent(String record, String... shown) {
    return observer.silent(record, List.of(shown));
  }

  @Test
  void whoShowsTheSameForALifetimeIsSilent() {
    assertThat(silent("record", "a1", "b1")).isEmpty();
    now.advance(LIFETIME.plusMillis(1));
    assertThat(silent("record", "a1", "b2")).containsExactly("a1");
  }

  /** As where a follower leaves a flight that goes on. */
  @Test
  void aRecordThatNobodyLooksAtAnyMoreIsForgotten() {
    silent("left", "a1");
    silent("watched", "a1");
    now.advance(LIFETIME.multipliedBy(9));
    silent("watched", "a1");
    now.advance(LIFETIME.multipliedBy(2));
    silent("other", "a1");

    assertThat(silent("left", "a1")).as("as if it was never seen").isEmpty();
    assertThat(silent("watched", "a1")).containsExactly("a1");
  }
}
