package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Simulation.Result;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Simulation.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Small builds with simulated time; the large ones are {@code bin/bench placement}. */
class SimulationTest {

  private static Result run(List<Step> steps, int agents, int capacity) {
    Result result = new Simulation(steps, agents, capacity).run();
    assertThat(result.placements()).isEqualTo(steps.size());
    return result;
  }

  @Test
  void aWideGraphKeepsAllAgentsBusy() {
    assertThat(run(new Graphs(1).wide(1_000), 40, 1).ratio()).isBetween(0.9999, 1.15);
  }

  @Test
  void chainsStayWhereTheirLayersAre() {
    Result result = run(new Graphs(2).chains(400, 20), 20, 1);
    assertThat(result.ratio()).isBetween(0.9999, 1.15);
    assertThat(result.bytesMoved()).isZero();
  }

  @Test
  void aMonorepoIsHardlyLongerThanItMustBe() {
    assertThat(run(new Graphs(3).monorepo(1_000), 30, 2).ratio()).isBetween(0.9999, 1.15);
  }

  @Test
  void theSameGraphIsBuiltTheSameWay() {
    Result once = run(new Graphs(4).monorepo(500), 10, 2);
    Result again = run(new Graphs(4).monorepo(500), 10, 2);
    assertThat(again.makespan()).isEqualTo(once.makespan());
    assertThat(again.bytesMoved()).isEqualTo(once.bytesMoved());
  }
}
