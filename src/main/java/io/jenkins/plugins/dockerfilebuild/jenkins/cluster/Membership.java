package io.jenkins.plugins.dockerfilebuild.jenkins.cluster;

import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.ClusterException;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.HazelcastCluster;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A controller's part in a cluster while its configuration is the same. What it is does not change;
 * who counts its uses and closes it is {@link PoolCoordination}.
 */
final class Membership {

  private final ClusterConfiguration configuration;
  private final Optional<HazelcastCluster> cluster;

  /** Over the cluster; taken once, for a client that has ended has none any more. */
  private final Optional<Coordination> coordination;

  private final Optional<String> problem;

  private Membership(
      ClusterConfiguration configuration,
      Optional<HazelcastCluster> cluster,
      Optional<String> problem) {
    this.configuration = configuration;
    this.cluster = cluster;
    this.coordination = cluster.map(HazelcastCluster::coordination);
    this.problem = problem;
  }

  /** Takes part, or says why not. Takes seconds where it does. */
  static Membership of(ClusterConfiguration configuration) {
    try {
      return new Membership(configuration, start(configuration), Optional.empty());
    } catch (ClusterException | IllegalArgumentException e) {
      return new Membership(configuration, Optional.empty(), Optional.of(e.getMessage()));
    }
  }

  private static Optional<HazelcastCluster> start(ClusterConfiguration configuration) {
    return switch (configuration.role()) {
      case NONE -> Optional.empty();
      case MEMBER -> Optional.of(HazelcastCluster.member(configuration.settings()));
      case CLIENT -> Optional.of(HazelcastCluster.client(configuration.settings()));
    };
  }

  /** Whether it has no cluster, or one that it is still a part of. */
  boolean lasts() {
    return cluster.map(HazelcastCluster::isRunning).orElse(true);
  }

  boolean isOf(ClusterConfiguration other) {
    return configuration.means(other);
  }

  Optional<HazelcastCluster> cluster() {
    return cluster;
  }

  /** What builds agree on over the cluster. */
  Optional<Coordination> coordination() {
    return coordination;
  }

  /** Why there is no cluster though there should be. */
  Optional<String> problem() {
    return problem;
  }

  /** Members that the configuration names and nobody sees now. Asks name servers. */
  Set<MemberAddress> missing() {
    Set<MemberAddress> missing = new HashSet<>();
    if (cluster.isPresent()) {
      Set<InetSocketAddress> seen = new HashSet<>();
      cluster.get().members().forEach(member -> seen.addAll(resolved(member)));
      configuration.settings().members().stream()
          .filter(member -> resolved(member).stream().noneMatch(seen::contains))
          .forEach(missing::add);
    }
    return missing;
  }

  /** All addresses of a name; none where it has none now. */
  private static List<InetSocketAddress> resolved(MemberAddress member) {
    try {
      return Arrays.stream(InetAddress.getAllByName(member.host()))
          .map(address -> new InetSocketAddress(address, member.port()))
          .toList();
    } catch (UnknownHostException e) {
      return List.of();
    }
  }
}
