package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberAddress;
import java.nio.file.Path;
import java.util.List;

/** Which agents the user wants. */
sealed interface PoolChoice {

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
   */
  record Joined(List<MemberAddress> members) implements PoolChoice {
    public Joined {
      members = List.copyOf(members);
    }
  }
}
