package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementTest {

  private static final double NOW = 100;
  private static final Set<String> AMD64 = Set.of("linux/amd64");

  private final PoolLoad pool = new PoolLoad();

  private void agent(String name, int capacity, Double... endsIn) {
    List<Double> ends = new ArrayList<>();
    for (double end : endsIn) {
      ends.add(NOW + end);
    }
    pool.put(new AgentLoad(name, AMD64, capacity, ends));
  }

  private static ReadyStep step(int id, double runSeconds, Inputs inputs) {
    return new ReadyStep(id, AMD64, runSeconds, runSeconds, inputs);
  }

  /** Inputs that one agent has, and that others need so many seconds for. */
  private static Inputs on(String holder, double moveSeconds) {
    return new Inputs() {
      @Override
      public Collection<String> holders() {
        return List.of(holder);
      }

      @Override
      public Move moveTo(String agent) {
        return agent.equals(holder) ? Move.NONE : new Move(1_000, moveSeconds);
      }
    };
  }

  private List<Decision> decide(ReadyStep... steps) {
    return Placement.decide(
        pool, NOW, List.of(steps).stream().sorted(ReadyStep.URGENT_FIRST).toList());
  }

  private static String agentOf(List<Decision> decisions, int step) {
    return decisions.stream()
        .filter(decision -> decision.step() == step && decision.beginsNow())
        .map(decision -> decision.chosen().agent())
        .findFirst()
        .orElse("nowhere yet");
  }

  @Test
  void amongEqualsTheFirstAgentOfThePoolWins() {
    agent("a", 1);
    agent("b", 1);
    assertThat(agentOf(decide(step(0, 5, Inputs.NOTHING)), 0)).isEqualTo("a");
  }

  @Test
  void stepsThatAreReadyAtOnceSpreadOverIdleAgents() {
    agent("a", 2);
    agent("b", 2);
    List<Decision> decisions =
        decide(step(0, 5, Inputs.NOTHING), step(1, 5, Inputs.NOTHING), step(2, 5, Inputs.NOTHING));
    assertThat(decisions).extracting(d -> d.chosen().agent()).containsExactly("a", "b", "a");
  }

  @Test
  void theAgentThatHoldsTheInputsWinsAndTheOtherIsTold() {
    agent("a", 1);
    agent("b", 1);
    List<Decision> decisions = decide(step(0, 5, on("b", 2)));
    assertThat(agentOf(decisions, 0)).isEqualTo("b");
    assertThat(decisions.get(0).candidates())
        .extracting(Decision.Candidate::agent)
        .containsExactly("b", "a");
    assertThat(decisions.get(0).candidates().get(1).move()).isEqualTo(new Move(1_000, 2));
  }

  @Test
  void movingPaysWhereTheHolderIsBusyForLonger() {
    agent("a", 1, 10.0);
    agent("b", 1);
    assertThat(agentOf(decide(step(0, 5, on("a", 2))), 0)).isEqualTo("b");
  }

  @Test
  void waitingPaysWhereMovingTakesLonger() {
    agent("a", 1, 2.0);
    agent("b", 1);
    List<Decision> decisions = decide(step(0, 5, on("a", 10)));
    assertThat(agentOf(decisions, 0)).isEqualTo("nowhere yet");
    assertThat(decisions.get(0).chosen().agent()).isEqualTo("a");
    assertThat(decisions.get(0).chosen().waitSeconds()).isEqualTo(2);
  }

  @Test
  void notEveryStepWaitsForTheSameAgent() {
    agent("a", 1, 2.0);
    agent("b", 1);
    // The first waits 2 s; the second would wait 2 + 5 s, and moves within 6.
    List<Decision> decisions = decide(step(0, 5, on("a", 6)), step(1, 5, on("a", 6)));
    assertThat(agentOf(decisions, 0)).isEqualTo("nowhere yet");
    assertThat(agentOf(decisions, 1)).isEqualTo("b");
  }

  @Test
  void theCriticalPathGoesFirst() {
    agent("a", 1);
    List<Decision> decisions =
        decide(
            new ReadyStep(0, AMD64, 5, 5, Inputs.NOTHING),
            new ReadyStep(1, AMD64, 60, 5, Inputs.NOTHING));
    assertThat(agentOf(decisions, 1)).isEqualTo("a");
    assertThat(agentOf(decisions, 0)).isEqualTo("nowhere yet");
  }

  /** Eight agents whose steps end on average in {@code ends} s; the first has a place as well. */
  private void busyButOnePlace(double ends) {
    agent("a", 2, ends);
    for (String name : List.of("b", "c", "d", "e", "f", "g", "h")) {
      agent(name, 1, ends);
    }
  }

  @Test
  void aStepWhoseInputsAreAtHandGoesAheadOfOneThatIsLittleMoreUrgent() {
    busyButOnePlace(8);
    // Eight run, so in a second one more ends; to bring the first one's inputs takes longer.
    List<Decision> decisions = decide(step(0, 10, on("z", 1.1)), step(1, 9, on("a", 1.1)));
    assertThat(agentOf(decisions, 1)).isEqualTo("a");
    assertThat(agentOf(decisions, 0)).isEqualTo("nowhere yet");
  }

  @Test
  void butNotWhereThatOneWouldWaitLongerThanForItsInputs() {
    busyButOnePlace(8);
    List<Decision> decisions = decide(step(0, 10, on("z", 0.9)), step(1, 9, on("a", 0.9)));
    assertThat(agentOf(decisions, 0)).isEqualTo("a");
  }

  @Test
  void norAheadOfOneThatIsMuchMoreUrgent() {
    busyButOnePlace(8);
    List<Decision> decisions = decide(step(0, 10, on("z", 1.1)), step(1, 7, on("a", 1.1)));
    assertThat(agentOf(decisions, 0)).isEqualTo("a");
  }

  @Test
  void aStepGoesOnlyWhereWhatItRequiresIsOffered() {
    agent("a", 1);
    pool.put(new AgentLoad("arm", Set.of("linux/arm64", "fast"), 1, List.of()));
    List<Decision> decisions =
        decide(
            new ReadyStep(0, Set.of("linux/arm64", "fast"), 9, 9, on("a", 1)),
            new ReadyStep(1, Set.of("linux/riscv64"), 8, 8, Inputs.NOTHING),
            step(2, 7, Inputs.NOTHING));
    assertThat(agentOf(decisions, 0)).isEqualTo("arm");
    assertThat(agentOf(decisions, 1)).isEqualTo("nowhere yet");
    assertThat(agentOf(decisions, 2)).isEqualTo("a");
  }

  @Test
  void anAgentThatIsGoneGetsNothing() {
    agent("a", 1);
    agent("b", 1);
    pool.remove("a");
    assertThat(agentOf(decide(step(0, 5, on("a", 60))), 0)).isEqualTo("b");
  }

  @Test
  void anAgentThatOverrunsIsNotTakenToHaveRoom() {
    agent("a", 1, -3.0);
    agent("b", 1);
    assertThat(agentOf(decide(step(0, 5, on("a", 60))), 0)).isEqualTo("nowhere yet");
  }

  @Test
  void ranksAreTheLongestWayToTheEndWithoutWhatIsDone() {
    // 0 → 1 → 3, 0 → 2 → 3; step 3 is done.
    List<List<Integer>> before = List.of(List.of(), List.of(0), List.of(0), List.of(1, 2));
    double[] seconds = {1, 10, 20, 100};
    assertThat(CriticalPath.ranks(4, before::get, step -> seconds[step], step -> true))
        .containsExactly(121, 110, 120, 100);
    assertThat(CriticalPath.ranks(4, before::get, step -> seconds[step], step -> step < 3))
        .containsExactly(21, 10, 20, 0);
  }
}
