package io.jenkins.plugins.dockerfilebuild.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What goes when there is too much: what saves the fewest seconds by byte, and nothing in use. */
class CacheLimitsTest {

  private static final long NOW = Duration.ofDays(100).toMillis();
  private static final long WEEK = Duration.ofDays(7).toMillis();
  private static final CacheWorth SAVES_NINE = new CacheWorth(1, 10_000, 1_000);

  @Test
  void aUseSavesWhatAColdStepTakesMoreThanAWarmOne() {
    assertThat(SAVES_NINE.savedSeconds(1)).isEqualTo(9);
    assertThat(new CacheWorth(1, 1_000, 5_000).savedSeconds(1)).isZero();
    // Never seen cold here: it came from another agent, and can come again at 50 MB/s.
    assertThat(new CacheWorth(3, 0, 1_000).savedSeconds(500_000_000)).isEqualTo(10);
  }

  @Test
  void usesFadeByHalfInAWeekAndTheLastRunsCountMost() {
    CacheWorth worth = CacheWorth.UNKNOWN.used(0).used(WEEK).used(WEEK);
    assertThat(worth.uses()).isEqualTo(1.75);
    worth = worth.ran(true, 60_000).ran(false, 10_000).ran(false, 20_000);
    assertThat(worth.coldMillis()).isEqualTo(60_000);
    assertThat(worth.warmMillis()).isEqualTo(13_000);
    assertThat(worth.perGigabyte(1_000_000_000, 2 * WEEK)).isCloseTo(47 * 1.75 / 4, within(1e-9));
  }

  @Test
  void whatSavesMostSecondsByByteStays() {
    CacheDirectory large = directory("large", 900, SAVES_NINE, 1);
    CacheDirectory small = directory("small", 100, SAVES_NINE, 3);
    CacheDirectory idle = directory("idle", 100, new CacheWorth(0.1, 10_000, 1_000), 0);
    List<CacheDirectory> all = List.of(small, idle, large);
    // Larger than what is taken for nearly nothing.
    assertThat(exceeding(CacheLimits.ofTotal(1_000 * MIB), all)).containsExactly(idle);
    assertThat(exceeding(CacheLimits.ofTotal(999 * MIB), all)).containsExactly(idle, large);
    assertThat(exceeding(CacheLimits.ofTotal(0), all)).containsExactly(idle, large, small);
  }

  @Test
  void whatIsInUseOrSparedStaysAndCounts() {
    CacheDirectory used = inUse(directory("used", 500, CacheWorth.UNKNOWN, 9));
    CacheDirectory recent = directory("recent", 500, CacheWorth.UNKNOWN, 0);
    CacheDirectory old = directory("old", 500, SAVES_NINE, 9);
    CacheLimits limits = CacheLimits.ofTotal(600 * MIB).sparing(Duration.ofDays(1));
    assertThat(exceeding(limits, List.of(used, recent, old))).containsExactly(old);
  }

  @Test
  void eachLimitIsOfItsGroup() {
    CacheDirectory main = directory("ns", "m2", 300, 3);
    CacheDirectory fork = directory("ns#pr-1", "m2", 300, 2);
    CacheDirectory other = directory("ns", "npm", 300, 1);
    CacheDirectory foreign = directory("elsewhere", "m2", 900, 30);
    List<CacheDirectory> all = List.of(main, fork, other, foreign);
    assertThat(exceeding(limits(OptionalLong.empty(), OptionalLong.of(400 * MIB)), all))
        .containsExactlyInAnyOrder(main, foreign);
    assertThat(exceeding(limits(OptionalLong.of(700 * MIB), OptionalLong.empty()), all))
        .containsExactlyInAnyOrder(main, foreign);
    assertThat(exceeding(CacheLimits.NONE.unusedFor(Duration.ofDays(3)), all))
        .containsExactlyInAnyOrder(main, foreign);
  }

  @Test
  void moreIsNeverRemovedThanTheLimitsAskFor() {
    Random random = new Random(20261125);
    for (int round = 0; round < 300; round++) {
      List<CacheDirectory> all =
          IntStream.range(0, 12)
              .mapToObj(i -> directory("n" + i % 3, "i" + i, random.nextInt(100), i))
              .toList();
      long total = random.nextInt(900) * MIB;
      List<CacheDirectory> gone = exceeding(CacheLimits.ofTotal(total), all);
      long left = sum(all) - sum(gone);
      assertThat(total == 0 || left <= total).isTrue();
      if (!gone.isEmpty() && total > 0) {
        assertThat(left + gone.get(gone.size() - 1).bytes()).isGreaterThan(total);
      }
      assertThat(gone).doesNotHaveDuplicates();
    }
  }

  private static final long MIB = 1 << 20;

  private static long sum(List<CacheDirectory> directories) {
    return directories.stream().mapToLong(CacheDirectory::bytes).sum();
  }

  private static CacheLimits limits(OptionalLong namespace, OptionalLong id) {
    return new CacheLimits(OptionalLong.empty(), namespace, id, Optional.empty(), Duration.ZERO);
  }

  private static List<CacheDirectory> exceeding(CacheLimits limits, List<CacheDirectory> all) {
    return limits.exceeding(all, NOW);
  }

  private static CacheDirectory directory(String ns, String id, long mib, int daysAgo) {
    return directory(ns, id, mib, CacheWorth.UNKNOWN, daysAgo);
  }

  private static CacheDirectory directory(String id, long mib, CacheWorth worth, int daysAgo) {
    return directory("ns", id, mib, worth, daysAgo);
  }

  private static CacheDirectory directory(
      String ns, String id, long mib, CacheWorth worth, int daysAgo) {
    long last = NOW - Duration.ofDays(daysAgo).toMillis();
    return new CacheDirectory(ns, id, id + ns + "-0", mib * MIB, 1, 0, last, false, worth);
  }

  private static CacheDirectory inUse(CacheDirectory one) {
    return new CacheDirectory(
        one.namespace(),
        one.id(),
        one.instance(),
        one.bytes(),
        one.files(),
        one.createdMillis(),
        one.lastUsedMillis(),
        true,
        one.worth());
  }
}
