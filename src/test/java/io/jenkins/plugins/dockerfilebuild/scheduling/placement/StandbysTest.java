package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Standbys.Standby;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StandbysTest {

  private static final double NOW = 100;
  private static final double MOVE = 3;
  private static final Set<String> AMD64 = Set.of("linux/amd64");

  private final PoolLoad pool = new PoolLoad();
  private final Standbys standbys = new Standbys();
  private double now = NOW;

  private void agent(String name, int capacity, double... endsIn) {
    agent(name, AMD64, capacity, endsIn);
  }

  private void agent(String name, Set<String> offers, int capacity, double... endsIn) {
    List<Double> ends = new ArrayList<>();
    for (double end : endsIn) {
      ends.add(NOW + end);
    }
    pool.put(new AgentLoad(name, offers, capacity, ends));
  }

  /** Inputs that one agent has; another needs three seconds for them. */
  private static ReadyStep step(int id, double rank, String holder) {
    return step(id, AMD64, rank, holder);
  }

  private static ReadyStep step(int id, Set<String> requires, double rank, String holder) {
    Inputs inputs =
        new Inputs() {
          @Override
          public Collection<String> holders() {
            return List.of(holder);
          }

          @Override
          public Move moveTo(String agent) {
            return agent.equals(holder) ? Move.NONE : new Move(1_000, MOVE);
          }
        };
    return new ReadyStep(id, requires, rank, rank, inputs);
  }

  private List<Standby> more(ReadyStep... steps) {
    now += 2 * Standbys.PAUSE_SECONDS;
    return standbys.more(pool, now, Stream.of(steps).sorted(ReadyStep.URGENT_FIRST).toList());
  }

  @Test
  void theMostUrgentStepStandsByWhereThePlaceIsFreeFirst() {
    agent("a", 1, 3.4);
    agent("b", 1, 3.2);
    assertThat(more(step(1, 10, "c"), step(2, 90, "c")))
        .containsExactly(new Standby(2, "b"), new Standby(1, "a"));
  }

  @Test
  void ofAgentsThatAreFreeBeforeTheInputsComeTheFirstIsTaken() {
    agent("a", 2, 3.0, 60);
    agent("b", 1, 0.5);
    assertThat(more(step(1, 10, "c"))).containsExactly(new Standby(1, "b"));
  }

  @Test
  void nothingIsBroughtLongBeforeThePlaceIsFree() {
    agent("a", 1, 20);
    assertThat(more(step(1, 10, "c"))).isEmpty();

    now += 20 - MOVE - Standbys.SPARE_SECONDS;
    assertThat(more(step(1, 10, "c"))).containsExactly(new Standby(1, "a"));
  }

  @Test
  void aStepWhoseInputsLieThereNeedsNothing() {
    agent("a", 1, 1);
    assertThat(more(step(1, 10, "a"))).isEmpty();
  }

  @Test
  void nothingIsBroughtWhereAStepThatIsHardlyLessUrgentGoesAheadAnyway() {
    agent("a", 1, 1);
    assertThat(more(step(1, 10, "c"), step(2, 9, "a"))).isEmpty();
    assertThat(more(step(1, 10, "c"), step(2, 7, "a"))).containsExactly(new Standby(1, "a"));
  }

  @Test
  void aStepThatTheAgentCannotRunDoesNotGoAheadThere() {
    agent("a", 1, 1);
    assertThat(more(step(1, 10, "c"), step(2, Set.of("linux/arm64"), 9, "a")))
        .containsExactly(new Standby(1, "a"));
  }

  @Test
  void oneStandsByAtAnAgentUntilItHasAPlace() {
    agent("a", 1, 1);
    assertThat(more(step(1, 10, "c"), step(2, 10, "c"))).containsExactly(new Standby(1, "a"));
    assertThat(more(step(1, 10, "c"), step(2, 10, "c"))).isEmpty();

    standbys.remove(1);
    assertThat(more(step(2, 10, "c"))).containsExactly(new Standby(2, "a"));
  }

  @Test
  void aStepOfALostAgentStandsByElsewhere() {
    agent("a", 1, 1);
    assertThat(more(step(1, 10, "c"))).containsExactly(new Standby(1, "a"));
    pool.remove("a");
    standbys.lose("a");
    agent("b", 1, 1);

    assertThat(more(step(1, 10, "c"))).containsExactly(new Standby(1, "b"));
  }

  @Test
  void whatAnAgentDoesNotOfferDoesNotStandByThere() {
    agent("arm", Set.of("linux/arm64"), 1, 1);
    assertThat(more(step(1, 10, "c"))).isEmpty();
  }

  @Test
  void anAgentWithRoomIsNotWaitedFor() {
    agent("a", 2, 1);
    assertThat(more(step(1, 10, "c"))).isEmpty();
  }
}
