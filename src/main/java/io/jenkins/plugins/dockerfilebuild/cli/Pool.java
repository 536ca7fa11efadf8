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

  /** Where a command gets its pool from. */
  @FunctionalInterface
  interface Source {
    Pool open(List<AgentOption> agents, Path state);
  }

  private final List<Agent> agents;
  private final Runnable end;

  private Pool(List<Agent> agents, Runnable end) {
    this.agents = List.copyOf(agents);
    this.end = end;
  }

  /**
   * Connects all agents.
   *
   * @throws io.jenkins.plugins.dockerfilebuild.execution.AgentLostException an engine does not
   *     answer
   */
  static Pool open(Connector connector, List<AgentOption> options, Path state) {
    List<Agent> agents = new ArrayList<>();
    try {
      for (AgentOption option : options) {
        agents.add(Agent.of(option.name(), connector.connect(option, state)));
      }
      return new Pool(agents, () -> disconnect(agents));
    } catch (RuntimeException e) {
      disconnect(agents);
      throw e;
    }
  }

  private static void disconnect(List<Agent> agents) {
    agents.forEach(agent -> agent.services().close());
  }

  /** The same agents for somebody who lets them be when done. */
  Pool lent() {
    return new Pool(agents, () -> {});
  }

  List<Agent> agents() {
    return agents;
  }

  @Override
  public void close() {
    end.run();
  }
}
