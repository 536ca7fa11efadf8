package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Inputs;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Move;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.ReadyStep;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SlotsTest {

  private static final double LONG = 600;

  private final Agent one = agent("one");
  private final Agent two = agent("two");
  private final Slots slots = new Slots(List.of(one, two));

  private final AtomicInteger steps = new AtomicInteger();

  private static Agent agent(String name) {
    return TestAgents.silent(name, 1);
  }

  private AgentPool.Place claim(double secondsToOne, double secondsToTwo) throws Exception {
    return slots.claim(claimOf(secondsToOne, secondsToTwo, LONG)).orElseThrow();
  }

  private AgentPool.Claim claimOf(double secondsToOne, double secondsToTwo, double rank) {
    Inputs inputs =
        new Inputs() {
          @Override
          public Collection<String> holders() {
            return List.of("one", "two");
          }

          @Override
          public Move moveTo(String agent) {
            return new Move(1, agent.equals("one") ? secondsToOne : secondsToTwo);
          }
        };
    ReadyStep wanted = new ReadyStep(steps.incrementAndGet(), Set.of(), rank, LONG, inputs);
    return new AgentPool.Claim("RUN true", wanted);
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
    assertThat(slots.claim(claimOf(0, 0, 1))).isEmpty();
  }

  @Test
  void ofThoseThatWaitTheMostUrgentGetsThePlace() throws Exception {
    slots.lose(two);
    AgentPool.Place first = claim(0, 0);
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      Future<Optional<AgentPool.Place>> later = threads.submit(() -> slots.claim(claimOf(0, 0, 5)));
      Future<Optional<AgentPool.Place>> urgent =
          threads.submit(() -> slots.claim(claimOf(0, 0, 50)));
      awaitClaims(2);
      first.close();
      AgentPool.Place place = urgent.get().orElseThrow();
      assertThat(later).isNotDone();
      assertThat(place.isWanted()).as("by the other").isTrue();
      place.close();
      assertThat(later.get().orElseThrow().isWanted()).isFalse();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whoIsInterruptedWhileWaitingHoldsNoPlace() throws Exception {
    slots.lose(two);
    AgentPool.Place first = claim(0, 0);
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      Future<Optional<AgentPool.Place>> waiting =
          threads.submit(() -> slots.claim(claimOf(0, 0, 5)));
      awaitClaims(1);
      waiting.cancel(true);
      awaitClaims(0);
      first.close();
      assertThat(claim(0, 0).agent()).isEqualTo(one);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aStepThatWaitsIsToldWhereItIsLikelyToBeNext() throws Exception {
    slots.lose(two);
    AgentPool.Place first = slots.claim(brief(0.1)).orElseThrow();
    BlockingQueue<Agent> standby = new LinkedBlockingQueue<>();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      AgentPool.Claim next = claimOf(5, 5, LONG);
      Future<Optional<AgentPool.Place>> waiting =
          threads.submit(
              () ->
                  slots.claim(
                      new AgentPool.Claim("RUN next", next.wanted(), told -> {}, standby::add)));
      assertThat(standby.poll(30, TimeUnit.SECONDS)).isEqualTo(one);
      assertThat(waiting).isNotDone();
      first.close();
      assertThat(waiting.get()).isPresent();
      assertThat(standby).isEmpty();
    } finally {
      threads.shutdownNow();
    }
  }

  private AgentPool.Claim brief(double seconds) {
    ReadyStep wanted =
        new ReadyStep(steps.incrementAndGet(), Set.of(), LONG, seconds, Inputs.NOTHING);
    return new AgentPool.Claim("RUN true", wanted);
  }

  private void awaitClaims(int count) {
    while (slots.waiting() != count) {
      Thread.onSpinWait();
    }
  }
}
