package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class SlotsTest {

  private static final double LONG = 600;

  private final Agent one = agent("one");
  private final Agent two = agent("two");
  private final Slots slots = new Slots(List.of(one, two));

  private static Agent agent(String name) {
    return TestAgents.silent(name, 1);
  }

  private AgentPool.Place claim(double secondsToOne, double secondsToTwo) throws Exception {
    return slots
        .claim(claimOf(agent -> agent.name().equals("one") ? secondsToOne : secondsToTwo, LONG))
        .orElseThrow();
  }

  private static AgentPool.Claim claimOf(ToDoubleFunction<Agent> moveSeconds, double seconds) {
    return new AgentPool.Claim(1, "RUN true", moveSeconds, seconds);
  }

  @Test
  void amongEqualsTheFirstAgentWins() throws Exception {
    assertThat(claim(0, 0).agent().name()).isEqualTo("one");
  }

  @Test
  void theAgentThatHasTheLayersWins() throws Exception {
    assertThat(claim(2, 0).agent().name()).isEqualTo("two");
  }

  @Test
  void movingPaysWhereTheOtherIsBusyForLong() throws Exception {
    claim(0, 2);
    assertThat(claim(0, 2).agent().name()).isEqualTo("two");
  }

  @Test
  void aStepWaitsWhereMovingCostsMoreThanTheWait() throws Exception {
    AgentPool.Place first = claim(0, 2 * LONG);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<AgentPool.Place> waiting = threads.submit(() -> claim(0, 2 * LONG));
      assertThat(waiting).isNotDone();
      first.close();
      assertThat(waiting.get().agent().name()).isEqualTo("one");
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aLostAgentGetsNothingAndWithoutAgentsThereIsNoPlace() throws Exception {
    slots.lose(one);
    assertThat(claim(0, 100).agent().name()).isEqualTo("two");
    slots.lose(two);
    assertThat(slots.claim(claimOf(agent -> 0, 1))).isEmpty();
  }
}
