package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.AgentPool.Claim;
import io.jenkins.plugins.dockerfilebuild.scheduling.TestAgents;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Inputs;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Move;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.ReadyStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Steps and executors as Jenkins tells them, without a Jenkins; the clock stands still at 0. */
final class TurnsTest {

  private final Agent a = agent("a");
  private final Agent b = agent("b");
  private final Turns turns = new Turns(9);
  private int steps = 0;

  private static Agent agent(String name) {
    return TestAgents.silent(name, 1);
  }

  /** A step of 10 s whose inputs all lie on agent a. */
  private Turn step(double rank, double secondsToB) {
    Inputs inputs =
        new Inputs() {
          @Override
          public Collection<String> holders() {
            return List.of("a");
          }

          @Override
          public Move moveTo(String agent) {
            return agent.equals("a") ? Move.NONE : new Move(1, secondsToB);
          }
        };
    return turns.enter(new Claim("RUN true", new ReadyStep(steps++, Set.of(), rank, 10, inputs)));
  }

  /** Agent a with the build's own executor and no other. */
  private Turns.Room own() {
    return new Turns.Room(a, true, 0, List.of());
  }

  /** An agent of whose executors some are idle and others are in use for so long. */
  private static Turns.Room room(Agent agent, int idle, Double... others) {
    return new Turns.Room(agent, false, idle, Arrays.asList(others));
  }

  private boolean decide(Turns.Room... rooms) {
    return turns.decide(List.of(rooms), 0);
  }

  private static final class Leased implements Turns.Seat {

    private final Agent agent;
    private final List<Turn> served = new ArrayList<>();
    private boolean givenBack = false;

    Leased(Agent agent) {
      this.agent = agent;
    }

    @Override
    public Agent agent() {
      return agent;
    }

    @Override
    public void serve(Turn turn) {
      served.add(turn);
    }

    @Override
    public void giveBack() {
      givenBack = true;
    }
  }

  @Test
  void theMostUrgentStepTakesTheExecutorThatTheBuildHas() {
    Turn later = step(10, 0);
    Turn urgent = step(50, 0);

    assertThat(decide(own())).isTrue();

    assertThat(urgent.hasBegun()).isTrue();
    assertThat(urgent.decision()).isPresent();
    assertThat(later.hasBegun()).isFalse();
    turns.leave(urgent);
    assertThat(decide(own())).isTrue();
    assertThat(later.hasBegun()).isTrue();
  }

  @Test
  void stepsThatAreReadyAtOnceAskForDifferentAgents() {
    Turn first = step(10, 0);
    Turn second = step(10, 0);
    Turn third = step(10, 0);
    Agent c = agent("c");

    decide(own(), room(b, 1), room(c, 1));

    assertThat(first.hasBegun()).isTrue();
    assertThat(List.of(second.wish(), third.wish()))
        .extracting(wish -> wish.agent().orElseThrow())
        .containsExactly(b, c);
  }

  @Test
  void anExecutorIsNotAskedForWhereTheBuildsOwnIsAsGood() {
    Turn step = step(10, 0);
    decide(room(b, 1), own());
    assertThat(step.hasBegun()).isTrue();
    assertThat(step.agent()).contains(a);
  }

  @Test
  void aStepWaitsForItsOwnAgentWhereMovingCostsMore() {
    Turn first = step(20, 60);
    Turn second = step(10, 60);

    decide(own(), room(b, 1));

    assertThat(first.hasBegun()).isTrue();
    assertThat(second.wish()).isEqualTo(new Turn.Wish(true, second.agent()));
    assertThat(second.agent()).contains(a);
  }

  @Test
  void whereNobodyHasRoomAnyExecutorIsAskedFor() {
    step(20, 0);
    Turn second = step(10, 0);
    decide(own(), room(b, 0, 30.0));
    assertThat(second.wish()).isEqualTo(new Turn.Wish(true, Optional.empty()));
  }

  @Test
  void aLeasedExecutorGoesToTheMostUrgentStepWhoeverAskedForIt() {
    step(99, 0);
    Turn asked = step(10, 0);
    decide(own(), room(b, 0, 30.0));
    Turn urgent = step(50, 0);
    Leased leased = new Leased(b);
    turns.got(leased);

    assertThat(decide(own(), room(b, 0))).isTrue();

    assertThat(leased.served).containsExactly(urgent);
    assertThat(asked.hasBegun()).isFalse();
    assertThat(leased.givenBack).isFalse();
    turns.leave(urgent);
    assertThat(leased.givenBack).isTrue();
  }

  @Test
  void aLeasedExecutorThatNoStepWantsIsGivenBack() {
    step(20, 60);
    decide(own(), room(b, 0));
    step(10, 60);
    Leased leased = new Leased(b);
    turns.got(leased);

    decide(own(), room(b, 0));

    assertThat(leased.served).isEmpty();
    assertThat(leased.givenBack).isTrue();
  }

  /** The agent of a lease is connected while others decide over what they saw before. */
  @Test
  void aLeasedExecutorOfAnAgentThatIsNewIsKept() {
    Turn step = step(10, 0);
    Leased leased = new Leased(b);
    turns.got(leased);
    decide();
    assertThat(leased.givenBack).isFalse();
    decide(room(b, 0));
    assertThat(step.hasBegun()).isTrue();
  }

  @Test
  void aLeasedExecutorOfALostAgentIsGivenBack() {
    Leased leased = new Leased(b);
    turns.got(leased);
    turns.lose(b);
    assertThat(leased.givenBack).isTrue();
  }

  @Test
  void noMoreStepsThanAllowedRunOrAsk() {
    Turns two = new Turns(2);
    List<Turn> all = new ArrayList<>();
    for (int id = 0; id < 3; id++) {
      all.add(two.enter(new Claim("RUN true", new ReadyStep(id, Set.of(), 1, 1, Inputs.NOTHING))));
    }

    two.decide(List.of(own(), room(b, 5)), 0);

    assertThat(all.get(0).hasBegun()).isTrue();
    assertThat(all.get(1).wish().isAllowed()).isTrue();
    assertThat(all.get(2).wish().isAllowed()).isFalse();
  }
}
