package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import java.util.Optional;

/** The other agents of a pool, as an agent reaches them without its caller. Thread-safe. */
@FunctionalInterface
public interface AgentPeers {

  /** For an agent that reaches no other. */
  AgentPeers NONE = name -> Optional.empty();

  /**
   * A way to another agent; it need not be closed.
   *
   * @param name in the pool
   * @return empty where there is none
   */
  Optional<AgentServices> find(String name);
}
