package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.ClusterSettings;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.HazelcastCluster;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberCalls;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.AgentPool;
import io.jenkins.plugins.dockerfilebuild.scheduling.Slots;
import java.util.List;
import java.util.Set;

/**
 * The agents of a cluster, which this process joins as a client: builds come and go without its
 * members taking notice.
 */
record JoinedPool(HazelcastCluster cluster, List<Agent> agents) implements Pool {

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
    PoolMembers pool = new PoolMembers(new MemberCalls(cluster));
    List<Agent> agents =
        pool.byName().values().stream().map(member -> agent(member, pool)).toList();
    if (agents.isEmpty()) {
      cluster.close();
      throw new CommandFailure(
          ExitStatus.INFRASTRUCTURE,
          "there is no agent in the cluster at " + choice.members(),
          List.of("dockerfile-build agent --join starts one"),
          null);
    }
    return new JoinedPool(cluster, agents);
  }

  private static Agent agent(PoolMembers.PoolMember member, PoolMembers pool) {
    Announcement said = member.agent();
    Platform platform = Platform.parse(said.info().platform());
    return new Agent(said.name(), pool.connect(member), said.info(), said.capacity(), Set.of())
        .withPlatforms(List.of(platform))
        .withLabels(said.labels());
  }

  @Override
  public AgentPool forBuild() {
    return new Slots(agents);
  }

  @Override
  public Coordination coordination() {
    return cluster.coordination();
  }

  @Override
  public void close() {
    agents.forEach(agent -> agent.services().close());
    cluster.close();
  }
}
