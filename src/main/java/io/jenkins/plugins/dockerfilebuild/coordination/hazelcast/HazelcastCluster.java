package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.coordination.DirectoryVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.FlightRecord;
import io.jenkins.plugins.dockerfilebuild.coordination.LeaseQueue;
import io.jenkins.plugins.dockerfilebuild.coordination.SharedRecords;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * This process's part in a cluster, as a member of it or as a client. Seven of its threads keep a
 * JVM alive: it must be closed. Thread-safe.
 */
public final class HazelcastCluster implements AutoCloseable {

  private final HazelcastInstance instance;
  private final ClusterSeal seal;

  private HazelcastCluster(HazelcastInstance instance, ClusterSeal seal) {
    this.instance = instance;
    this.seal = seal;
  }

  /**
   * Starts a member, which joins those others that are up.
   *
   * @throws ClusterException the address cannot be listened on, or a member that answered at one of
   *     the addresses does not let this one join
   */
  public static HazelcastCluster member(ClusterSettings settings) {
    return start(
        settings,
        "cannot start a cluster member on " + settings.listen(),
        () -> Hazelcast.newHazelcastInstance(MemberConfig.of(settings)));
  }

  /**
   * Connects to a cluster without becoming a part of it. Its members need nothing of ours.
   *
   * @throws ClusterException no member answers within some seconds
   */
  public static HazelcastCluster client(ClusterSettings settings) {
    return start(
        settings,
        "cannot reach the cluster %s at %s".formatted(settings.clusterName(), settings.members()),
        () -> withMaps(HazelcastClient.newHazelcastClient(ClientSettings.of(settings))));
  }

  /** Tells a cluster that is not ours how many copies we want of our maps. */
  private static HazelcastInstance withMaps(HazelcastInstance client) {
    try {
      SharedMaps.configs().forEach(client.getConfig()::addMapConfig);
    } catch (RuntimeException e) {
      client.shutdown();
      throw e;
    }
    return client;
  }

  private static HazelcastCluster start(
      ClusterSettings settings, String problem, Supplier<HazelcastInstance> start) {
    QuietLog.keep();
    try {
      return new HazelcastCluster(start.get(), new ClusterSeal(settings.secret()));
    } catch (HazelcastException | IllegalStateException e) {
      throw new ClusterException(problem + ": " + e.getMessage(), e);
    }
  }

  /**
   * What builds agree on that use this cluster, in this process and others.
   *
   * @throws ClusterException it has been left already
   */
  public Coordination coordination() {
    try {
      return Coordination.over(
          new Coordination.Records(
              records(SharedMaps.LEASES, LeaseQueue.class),
              records(SharedMaps.VERSIONS, DirectoryVersions.class),
              records(SharedMaps.FLIGHTS, FlightRecord.class)));
    } catch (IllegalStateException notActive) {
      throw new ClusterException("the cluster has been left: " + notActive.getMessage(), notActive);
    }
  }

  ClusterSeal seal() {
    return seal;
  }

  <T> SharedRecords<T> records(String map, Class<T> type) {
    return new HazelcastRecords<>(instance.getMap(map), type, seal);
  }

  /**
   * Where this member listens, with the port that it got.
   *
   * @throws UnsupportedOperationException a client listens nowhere
   */
  public MemberAddress address() {
    var address = instance.getCluster().getLocalMember().getAddress();
    return new MemberAddress(address.getHost(), address.getPort());
  }

  /** Where the members listen that are seen now. */
  public Set<MemberAddress> members() {
    return instance.getCluster().getMembers().stream()
        .map(
            member ->
                new MemberAddress(member.getAddress().getHost(), member.getAddress().getPort()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether it still takes part: a client gives up where no member answers any more. */
  public boolean isRunning() {
    return instance.getLifecycleService().isRunning();
  }

  /** What is behind it, for the other types of this room. */
  HazelcastInstance instance() {
    return instance;
  }

  /** Leaves the cluster; a member's records are handed to the others first. */
  @Override
  public void close() {
    instance.shutdown();
  }
}
