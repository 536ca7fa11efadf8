package io.jenkins.plugins.dockerfilebuild.execution.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Batches over made-up ways; a nanosecond a byte is a gigabyte a second. */
class PackingChoiceTest {

  private static final int BATCH = 4 << 20;
  private static final double PACKING = 7;

  private final PackingChoice choice = new PackingChoice();

  /** How many of so many batches were packed. */
  private int packed(int batches, int bytes, double nanosPerByte) {
    int packed = 0;
    for (int i = 0; i < batches; i++) {
      boolean pack = choice.packNext();
      double nanos = bytes * (pack ? Math.max(PACKING, nanosPerByte / 3) : nanosPerByte);
      choice.took(pack, bytes, Math.round(nanos));
      packed += pack ? 1 : 0;
    }
    return packed;
  }

  @Test
  void onAFastWayFewBatchesArePacked() {
    assertThat(packed(100, BATCH, 2)).isBetween(1, 10);
  }

  @Test
  void onASlowWayFewAreNot() {
    assertThat(packed(100, BATCH, 100)).isBetween(90, 99);
  }

  @Test
  void theFirstBatchesArePacked() {
    assertThat(packed(4, BATCH, 2)).isEqualTo(4);
  }

  @Test
  void smallBatchesArePackedWhileNothingIsKnown() {
    assertThat(packed(100, 1000, 2)).isEqualTo(100);
  }

  @Test
  void aSlowPackerHoldsUpFewBatches() {
    // All are under way before any has come.
    for (int i = 0; i < 100; i++) {
      assertThat(choice.packNext()).isEqualTo(i < 4);
    }
  }

  @Test
  void aWayThatBecomesSlowIsNoticed() {
    packed(200, BATCH, 2);
    packed(200, BATCH, 100);

    assertThat(packed(100, BATCH, 100)).isBetween(90, 99);
  }

  @Test
  void aSlowStartIsForgotten() {
    // As a packer that the JVM has not compiled yet.
    for (int i = 0; i < 4; i++) {
      choice.took(choice.packNext(), BATCH, 500L * BATCH);
    }
    packed(20, BATCH, 100);

    assertThat(packed(100, BATCH, 100)).isBetween(90, 99);
  }
}
