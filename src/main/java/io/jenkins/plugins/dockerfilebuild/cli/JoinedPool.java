package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.cli.PoolMembers.PoolMember;
import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.ClusterSettings;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.HazelcastCluster;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberCalls;
import io.jenkins.plugins.dockerfilebuild.execution.AgentPlaces;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.link.RemoteAgentServices;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.AgentPool;
import io.jenkins.plugins.dockerfilebuild.scheduling.SharedPlaces;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The agents of a cluster, which this process joins as a client: builds come and go without its
 * members taking notice. Who joins the cluster later is an agent of the pool from then on.
 * Thread-safe.
 */
final class JoinedPool implements Pool {

  private final HazelcastCluster cluster;
  private final PoolMembers members;

  /** Agents that were seen, each connected once, by the id of the member. */
  private final Map<UUID, Connected> connected = new ConcurrentHashMap<>();

  private record Connected(Agent agent, AgentPlaces places) {}

  private JoinedPool(HazelcastCluster cluster) {
    this.cluster = cluster;
    this.members = new PoolMembers(new MemberCalls(cluster));
  }

  /**
   * Joins.
   *
   * @throws io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.ClusterException nobody
   *     answers
   * @throws CommandFailure there is no agent
   */
  static JoinedPool open(PoolChoice.Joined choice) {
    HazelcastCluster cluster =
        HazelcastCluster.client(
            ClusterSettings.loopback().joining(choice.members()).withSecret(choice.secret()));
    JoinedPool pool = new JoinedPool(cluster);
    if (pool.agents().isEmpty()) {
      cluster.close();
      throw new CommandFailure(
          ExitStatus.INFRASTRUCTURE,
          "there is no agent in the cluster at " + choice.members(),
          List.of("dockerfile-build agent --join starts one"),
          null);
    }
    return pool;
  }

  private Connected connect(PoolMember member) {
    RemoteAgentServices services = members.connect(member);
    return new Connected(agent(member.agent(), services), services.places());
  }

  private static Agent agent(Announcement said, AgentServices services) {
    Platform platform = Platform.parse(said.info().platform());
    return new Agent(said.name(), services, said.info(), said.capacity(), Set.of())
        .withPlatforms(List.of(platform))
        .withLabels(said.labels());
  }

  /** Those that are in the cluster now, by name. */
  private List<Connected> present() {
    return members.byName().values().stream()
        .map(member -> connected.computeIfAbsent(member.member().id(), id -> connect(member)))
        .toList();
  }

  @Override
  public List<Agent> agents() {
    return present().stream().map(Connected::agent).toList();
  }

  @Override
  public AgentPool forBuild(String build, Collection<String> labels) {
    SharedPlaces.Members some =
        new SharedPlaces.Members() {
          @Override
          public Map<Agent, AgentPlaces> places() {
            return JoinedPool.this.places(labels);
          }

          @Override
          public List<Agent> all() {
            return agents();
          }
        };
    return new SharedPlaces(some, build);
  }

  private Map<Agent, AgentPlaces> places(Collection<String> labels) {
    Map<Agent, AgentPlaces> places = new LinkedHashMap<>();
    for (Connected one : present()) {
      if (one.agent.hasLabels(labels)) {
        places.put(one.agent, one.places);
      }
    }
    return places;
  }

  @Override
  public Coordination coordination() {
    return cluster.coordination();
  }

  @Override
  public void close() {
    connected.values().forEach(one -> one.agent.services().close());
    cluster.close();
  }
}
