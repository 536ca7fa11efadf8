package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.coordination.InMemoryTransferRates;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a step's cache directories make it go. */
class CacheMoveCostTest {

  private static final CacheKey KEY = new CacheKey("ns", "m2", "linux/amd64", "", 0755, 0, 0);

  private final CacheVersions versions = Coordination.inMemory().versions();

  @Test
  void theNewestVersionCostsNothingAnOlderOneLittleAndNoneMost() {
    versions.register("newest", Map.of(KEY, version(3, 1_000_000_000)));
    versions.register("older", Map.of(KEY, version(2, 990_000_000)));

    double newest = seconds("newest");
    double older = seconds("older");
    double none = seconds("none");

    assertThat(newest).isZero();
    assertThat(older).isBetween(0.2, 2.0);
    assertThat(none).isGreaterThan(10);
  }

  @Test
  void aCacheThatNobodyHasDecidesNothing() {
    assertThat(seconds("any")).isZero();
  }

  private double seconds(String agent) {
    return new CacheMoveCost(versions, List.of(KEY), new InMemoryTransferRates())
        .moveTo(agent)
        .seconds();
  }

  private static CacheVersion version(long number, long bytes) {
    return new CacheVersion(number, Digest.of("manifest " + number), 10, bytes, 1_000);
  }
}
