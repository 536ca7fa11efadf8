package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.coordination.InMemoryTransferRates;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a step's cache directories make it go. */
class CacheMoveCostTest {

  private static final CacheKey KEY = new CacheKey("ns", "m2", "linux/amd64", "", 0755, 0, 0);

  private final CacheVersions versions = Coordination.inMemory().versions();

  @Test
  void theNewestVersionCostsNothingAnOlderOneLittleAndNoneMost() {
    versions.register(elsewhereCalled("newest"), Map.of(KEY, version(3, 1_000_000_000)));
    versions.register(elsewhereCalled("older"), Map.of(KEY, version(2, 990_000_000)));

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

  @Test
  void anotherMachineOfTheSameNameHasNothing() {
    versions.register(new VersionHolder("other", "agent"), Map.of(KEY, version(3, 1_000_000_000)));

    CacheMoveCost cost = cost("agent");
    assertThat(cost.moveTo("agent").bytes()).isEqualTo(1_000_000_000);
    assertThat(cost.holders()).isEmpty();
  }

  private double seconds(String agent) {
    return cost(agent).moveTo(agent).seconds();
  }

  private CacheMoveCost cost(String agent) {
    return new CacheMoveCost(
        versions, List.of(KEY), List.of(TestAgents.silent(agent, 1)), new InMemoryTransferRates());
  }

  private static VersionHolder elsewhereCalled(String id) {
    return new VersionHolder(id, "called otherwise");
  }

  private static CacheVersion version(long number, long bytes) {
    return new CacheVersion(number, Digest.of("manifest " + number), 10, bytes, 1_000);
  }
}
