package io.jenkins.plugins.dockerfilebuild.cli;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The agents of a cluster, which this process joins as a client: builds come and go without its
 * members taking notice.
 */
record JoinedPool(HazelcastCluster cluster, List<Agent> agents, Map<String, AgentPlaces> places)
    implements Pool {

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
    List<Agent> agents = new ArrayList<>();
    Map<String, AgentPlaces> places = new HashMap<>();
    for (PoolMembers.PoolMember member : pool.byName().values()) {
      RemoteAgentServices services = pool.connect(member);
      agents.add(agent(member.agent(), services));
      places.put(member.agent().name(), services.places());
    }
    if (agents.isEmpty()) {
      cluster.close();
      throw new CommandFailure(
          ExitStatus.INFRASTRUCTURE,
          "there is no agent in the cluster at " + choice.members(),
          List.of("dockerfile-build agent --join starts one"),
          null);
    }
    return new JoinedPool(cluster, List.copyOf(agents), Map.copyOf(places));
  }

  private static Agent agent(Announcement said, AgentServices services) {
    Platform platform = Platform.parse(said.info().platform());
    return new Agent(said.name(), services, said.info(), said.capacity(), Set.of())
        .withPlatforms(List.of(platform))
        .withLabels(said.labels());
  }

  @Override
  public AgentPool forBuild(String build, List<Agent> some) {
    return new SharedPlaces(some, places, build);
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
