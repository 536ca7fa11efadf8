package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommandStartsTest {

  @Test
  void theNextCommandEndsTheWait() throws Exception {
    CommandStarts starts = new CommandStarts(Duration.ofDays(1));
    long before = starts.count();
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return starts.awaitMoreThan(before);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });

    starts.started();

    assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void oneThatStartedBeforeTheWaitCounts() throws Exception {
    CommandStarts starts = new CommandStarts(Duration.ofDays(1));
    long before = starts.count();
    starts.started();

    assertThat(starts.awaitMoreThan(before)).isTrue();
  }

  @Test
  void whereNoneComesTheWaitEnds() throws Exception {
    CommandStarts starts = new CommandStarts(Duration.ofMillis(1));

    assertThat(starts.awaitMoreThan(starts.count())).isFalse();
  }
}
