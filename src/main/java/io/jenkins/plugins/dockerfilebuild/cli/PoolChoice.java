package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberAddress;
import java.nio.file.Path;
import java.util.List;

/** Which agents the user wants. */
sealed interface PoolChoice {

  /**
   * The variable with the pool's secret: what stands in an option, every user of a machine sees.
   */
  String SECRET_VARIABLE = "DOCKERFILE_BUILD_POOL_SECRET";

  /**
   * Engines that this process speaks to itself.
   *
   * @param state an absolute path, where they keep what they keep
   */
  record Engines(List<AgentOption> agents, Path state) implements PoolChoice {
    public Engines {
      agents = List.copyOf(agents);
    }
  }

  /**
   * The agents of a pool that runs already.
   *
   * @param members any of its agents; one that answers is enough
   * @param secret that all of the pool know, {@code ""} for none
   */
  record Joined(List<MemberAddress> members, String secret) implements PoolChoice {
    public Joined {
      members = List.copyOf(members);
    }
  }
}
