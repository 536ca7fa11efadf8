package io.jenkins.plugins.dockerfilebuild.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Candidate;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacementNoticesTest {

  @Test
  void whatHasToMoveAndWhatTakesTimeWithoutBytesAreDifferentThings() {
    String text =
        PlacementNotices.text(
            new BuildEvent.StepPlaced(
                0,
                1,
                9_000,
                List.of(
                    new Candidate("own", 200, 0, 0, 5_000, 5_200),
                    new Candidate("leased", 0, 0, 1_000, 5_000, 6_000),
                    new Candidate("far", 0, 3_400_000, 2_000, 5_000, 7_000))));

    assertThat(text)
        .isEqualTo(
            "goes to own: ends in 5.2 s (waits 0.2 s, runs 5.0 s);"
                + " the build is expected to take 9.0 s from here;"
                + " not to leased: ends in 6.0 s (is reached in 1.0 s, runs 5.0 s);"
                + " far: ends in 7.0 s (moves 3.4 MB in 2.0 s, runs 5.0 s)");
  }
}
