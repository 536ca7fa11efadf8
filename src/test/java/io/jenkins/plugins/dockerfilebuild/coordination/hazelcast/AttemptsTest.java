package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.IndeterminateOperationStateException;
import io.jenkins.plugins.dockerfilebuild.coordination.CoordinationException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is tried again when a cluster cannot say what became of a change. */
class AttemptsTest {

  private final AtomicInteger attempts = new AtomicInteger();

  @Test
  void aChangeWhoseCopyIsNotConfirmedIsMadeAgain() {
    String answer =
        new Attempts("key")
            .until(failingOnce(new IndeterminateOperationStateException("backup acks missed")));

    assertThat(answer).isEqualTo("attempt 2");
  }

  @Test
  void nothingIsTriedAgainAfterLeaving() {
    assertThatThrownBy(
            () -> new Attempts("key").until(failingOnce(new HazelcastInstanceNotActiveException())))
        .isInstanceOf(CoordinationException.class)
        .hasMessageContaining("left the cluster");
    assertThat(attempts).hasValue(1);
  }

  private Supplier<Optional<String>> failingOnce(RuntimeException failure) {
    return () -> {
      if (attempts.incrementAndGet() == 1) {
        throw failure;
      }
      return Optional.of("attempt " + attempts.get());
    };
  }
}
