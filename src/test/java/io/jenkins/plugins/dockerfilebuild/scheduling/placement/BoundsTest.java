package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Simulation.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundsTest {

  private static Step step(double seconds, Integer... before) {
    return new Step(List.of(before), seconds, seconds, 0);
  }

  @Test
  void placesThatCannotBeUsedInTheBeginningAreCounted() {
    // 10 s for one place of two, then four steps of 10 s: 10 + 40 / 2, not 50 / 2.
    List<Step> steps = List.of(step(10), step(10, 0), step(10, 0), step(10, 0), step(10, 0));
    Bounds bounds = Bounds.of(steps, 2);
    assertThat(bounds.plain()).isCloseTo(25, within(1e-9));
    assertThat(bounds.earliestStart()).isCloseTo(30, within(1e-9));
  }

  @Test
  void whatAStepHasLeftWhenPlacesBecomeScarceCounts() {
    // At 10 s the first has 10 s left, and three wait for two places: 10 + (10 + 30) / 2.
    List<Step> steps = List.of(step(20), step(10), step(10, 1), step(10, 1), step(10, 1));
    assertThat(Bounds.of(steps, 2).earliestStart()).isCloseTo(30, within(1e-9));
  }

  @Test
  void theLongestWayIsABound() {
    Bounds bounds = Bounds.of(List.of(step(5), step(7, 0), step(1)), 3);
    assertThat(bounds).isEqualTo(new Bounds(12, 12));
  }
}
