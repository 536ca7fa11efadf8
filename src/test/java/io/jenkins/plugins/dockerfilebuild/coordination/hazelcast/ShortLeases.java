package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.coordination.LeaseQueue;
import io.jenkins.plugins.dockerfilebuild.coordination.ProcessClock;
import io.jenkins.plugins.dockerfilebuild.coordination.RecordCacheDirectoryLeases;
import java.time.Duration;
import java.util.List;

/** What processes agree on over a cluster, with leases of a lifetime that a test can wait for. */
public final class ShortLeases {

  private static final Duration LIFETIME = Duration.ofSeconds(2);

  private ShortLeases() {}

  /** As {@link HazelcastCluster#coordination}, but for the leases. */
  public static Coordination over(HazelcastCluster cluster) {
    Coordination all = cluster.coordination();
    var leases =
        new RecordCacheDirectoryLeases(
            cluster.records(SharedMaps.LEASES, LeaseQueue.class), LIFETIME, ProcessClock.system());
    return new Coordination(leases, all.versions(), all.flights());
  }

  /** A client of the member at an address. */
  public static HazelcastCluster client(String member) {
    return HazelcastCluster.client(
        ClusterSettings.loopback().joining(List.of(MemberAddress.parse(member))));
  }
}
