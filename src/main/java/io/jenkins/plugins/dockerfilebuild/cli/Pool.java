package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The engines that the user names, connected. Closing it lets all connections go. */
final class Pool implements AutoCloseable {

  /** Connects an agent. */
  @FunctionalInterface
  interface Connector {
    AgentServices connect(AgentOption agent, Path state);
  }

  private final List<Agent> agents = new ArrayList<>();

  private Pool() {}

  /**
   * Connects all agents.
   *
   * @throws io.jenkins.plugins.dockerfilebuild.execution.AgentLostException an engine does not
   *     answer
   */
  static Pool open(Connector connector, List<AgentOption> options, Path state) {
    Pool pool = new Pool();
    try {
      for (AgentOption option : options) {
        pool.agents.add(Agent.of(option.name(), connector.connect(option, state)));
      }
      return pool;
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  List<Agent> agents() {
    return List.copyOf(agents);
  }

  @Override
  public void close() {
    agents.forEach(agent -> agent.services().close());
  }
}
