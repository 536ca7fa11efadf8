package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool with a secret: members do nothing for a stranger, and his answers are none. */
@Timeout(120)
class MemberCallsTest {

  private static final ClusterSettings SETTINGS = ClusterSettings.loopback().withSecret("s3cret");
  private static final byte[] QUESTION = {1, 2, 3};
  private static final AtomicInteger ANSWERED = new AtomicInteger();

  private static HazelcastCluster member;
  private static MemberCalls calls;

  @BeforeAll
  static void start() {
    member = HazelcastCluster.member(SETTINGS);
    calls = new MemberCalls(member);
    calls.answer(
        question -> {
          ANSWERED.incrementAndGet();
          return new byte[] {question[2]};
        });
  }

  @AfterAll
  static void stop() {
    member.close();
  }

  @Test
  void whoKnowsTheSecretIsAnswered() {
    try (HazelcastCluster client = HazelcastCluster.client(joining("s3cret"))) {
      assertThat(new MemberCalls(client).ask(calls.self(), QUESTION).join()).containsExactly(3);
    }
  }

  @Test
  void aStrangerIsNotAnsweredAndNothingIsDoneForHim() {
    int before = ANSWERED.get();
    for (String secret : List.of("", "guessed")) {
      try (HazelcastCluster client = HazelcastCluster.client(joining(secret))) {
        CompletableFuture<byte[]> answer = new MemberCalls(client).ask(calls.self(), QUESTION);

        assertThatThrownBy(answer::join).hasMessageContaining("the pool has another secret");
      }
    }
    assertThat(ANSWERED).hasValue(before);
  }

  @Test
  void whatAStrangerAnswersIsNoAnswer() {
    try (HazelcastCluster stranger = HazelcastCluster.member(joining(""))) {
      CallTask.answers(stranger.instance()).complete(question -> new byte[] {2, 9});

      CompletableFuture<byte[]> answer = calls.ask(new MemberCalls(stranger).self(), QUESTION);

      assertThatThrownBy(answer::join).hasMessageContaining("does not know the pool's secret");
    }
  }

  @Test
  void nothingIsNoAnswer() {
    try (HazelcastCluster stranger = HazelcastCluster.member(joining(""))) {
      CallTask.answers(stranger.instance()).complete(question -> null);

      CompletableFuture<byte[]> answer = calls.ask(new MemberCalls(stranger).self(), QUESTION);

      assertThat(answer)
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableThat()
          .withMessageContaining("does not know the pool's secret");
    }
  }

  private static ClusterSettings joining(String secret) {
    return SETTINGS.withSecret(secret).joining(List.of(member.address()));
  }
}
