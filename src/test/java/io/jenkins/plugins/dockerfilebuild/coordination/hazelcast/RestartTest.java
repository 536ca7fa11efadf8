package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Lease;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Request;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members that stop and start, one after another or all of them. */
@Timeout(120)
class RestartTest {

  private static final ClusterSettings SETTINGS = ClusterSettings.loopback();
  private static final CacheKey KEY = new CacheKey("ns", "m2", "linux/amd64", "", 0755, 0, 0);
  private static final VersionHolder FIRST = new VersionHolder("id-1", "a1");
  private static final VersionHolder SECOND = new VersionHolder("id-2", "a2");
  private static final CacheVersion OLD = new CacheVersion(3, Digest.of("3"), 1, 1, 3);
  private static final CacheVersion NEW = new CacheVersion(4, Digest.of("4"), 1, 1, 4);

  @Test
  void membersThatAreExchangedOneByOneForgetNothing() throws InterruptedException {
    HazelcastCluster first = HazelcastCluster.member(SETTINGS);
    HazelcastCluster second = HazelcastCluster.member(joining(first));
    register(first.coordination());
    Lease held = lease(first.coordination());
    assertThat(held.renew()).isTrue();
    first.close();
    try (HazelcastCluster third = HazelcastCluster.member(joining(second))) {
      second.close();

      Coordination now = third.coordination();
      assertThat(now.versions().newest(KEY)).contains(new Newest(NEW, Set.of(SECOND)));
      assertThat(now.leases().holders(KEY)).hasSize(1);
    }
  }

  @Test
  void whatAgentsHoldMakesTheIndexAnewWhenAllHaveStopped() throws InterruptedException {
    long token;
    try (HazelcastCluster before = HazelcastCluster.member(SETTINGS)) {
      register(before.coordination());
      try (Lease lease = lease(before.coordination())) {
        token = lease.token();
      }
    }
    try (HazelcastCluster after = HazelcastCluster.member(SETTINGS)) {
      Coordination now = after.coordination();
      assertThat(now.versions().newest(KEY)).isEmpty();

      register(now);

      assertThat(now.versions().newest(KEY)).contains(new Newest(NEW, Set.of(SECOND)));
      assertThat(now.versions().holdings(KEY)).isEqualTo(Map.of(FIRST, OLD, SECOND, NEW));
      try (Lease lease = lease(now)) {
        assertThat(lease.token()).isGreaterThan(token);
      }
    }
  }

  /** As a build does with the inventories of its agents when it begins. */
  private static void register(Coordination coordination) {
    coordination.versions().register(FIRST, Map.of(KEY, OLD));
    coordination.versions().register(SECOND, Map.of(KEY, NEW));
  }

  private static Lease lease(Coordination coordination) throws InterruptedException {
    return coordination
        .leases()
        .acquire(new Request(KEY, CacheSharing.LOCKED, "build"), ahead -> {});
  }

  private static ClusterSettings joining(HazelcastCluster other) {
    return SETTINGS.joining(List.of(other.address()));
  }
}
