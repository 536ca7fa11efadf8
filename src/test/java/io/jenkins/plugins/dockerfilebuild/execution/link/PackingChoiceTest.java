package io.jenkins.plugins.dockerfilebuild.execution.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Batches over made-up ways; a nanosecond a byte is a gigabyte a second. */
class PackingChoiceTest {

  private static final int BATCH = 1 << 20;
  private static final double PACKING = 7;

  private long now;
  private final PackingChoice choice = new PackingChoice(() -> now);

  /** How many of so many batches, one after the other, were packed. */
  private int packed(int batches, int bytes, double nanosPerByte) {
    return packed(batches, bytes, nanosPerByte, PACKING);
  }

  private int packed(int batches, int bytes, double nanosPerByte, double packing) {
    return crowd(batches, bytes, 1, pack -> pack ? packing + nanosPerByte / 3 : nanosPerByte);
  }

  /** What a byte takes of the only thing that all batches wait for. */
  private interface Way {
    double nanosPerByte(boolean packed);
  }

  /** Likewise, some under way at once, which come one after the other. */
  private int crowd(int batches, int bytes, int atOnce, Way way) {
    int packed = 0;
    Deque<PackingChoice.Batch> underWay = new ArrayDeque<>();
    for (int i = 0; i < batches; i++) {
      if (underWay.size() == atOnce) {
        arrive(underWay.remove(), bytes, way);
      }
      PackingChoice.Batch batch = choice.begin();
      packed += batch.isPacked() ? 1 : 0;
      underWay.add(batch);
    }
    underWay.forEach(batch -> arrive(batch, bytes, way));
    return packed;
  }

  private void arrive(PackingChoice.Batch batch, int bytes, Way way) {
    now += Math.round(bytes * way.nanosPerByte(batch.isPacked()));
    batch.came(bytes);
    batch.close();
  }

  @Test
  void onAFastWayFewBatchesArePacked() {
    assertThat(packed(100, BATCH, 2)).isBetween(1, 20);
  }

  @Test
  void onASlowWayFewAreNot() {
    assertThat(packed(100, BATCH, 100)).isBetween(75, 99);
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
      assertThat(choice.begin().isPacked()).isEqualTo(i < 4);
    }
  }

  @Test
  void aBatchThatNeverComesHoldsUpNoTrial() {
    for (int i = 0; i < 20; i++) {
      choice.begin().close();
    }

    assertThat(packed(200, BATCH, 100)).isGreaterThan(100);
  }

  @Test
  void aWayThatBecomesSlowIsNoticed() {
    packed(200, BATCH, 2);
    packed(200, BATCH, 100);

    assertThat(packed(100, BATCH, 100)).isGreaterThan(75);
  }

  @Test
  void aSlowStartIsForgotten() {
    // As a packer that the JVM has not compiled yet.
    packed(4, BATCH, 100, 500);
    packed(20, BATCH, 100);

    assertThat(packed(100, BATCH, 100)).isGreaterThan(75);
  }

  @Test
  void inACrowdThatIsHeldUpByProcessorsFewArePacked() {
    // 110 MB/s, packing takes as long as all the rest.
    assertThat(crowd(1000, BATCH, 8, pack -> pack ? 18 : 9)).isBetween(4, 80);
  }

  /** As batches of few large and of many small files are. */
  @Test
  void batchesThatDifferALotMisleadNobody() {
    Random random = new Random(61126);
    assertThat(
            crowd(
                10_000, BATCH, 8, pack -> (pack ? 14 : 9) * Math.exp(0.7 * random.nextGaussian())))
        .isBetween(4, 600);
  }

  @Test
  void inACrowdOnASlowLinkMostArePacked() {
    assertThat(crowd(1000, BATCH, 8, pack -> pack ? 40 : 100)).isGreaterThan(900);
  }
}
