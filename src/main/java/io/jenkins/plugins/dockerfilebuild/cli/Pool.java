package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.AgentPool;
import io.jenkins.plugins.dockerfilebuild.scheduling.Slots;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The agents that the user names, connected. Closing it lets all connections go. */
interface Pool extends AutoCloseable {

  /** Where a command gets its pool from. */
  @FunctionalInterface
  interface Source {
    Pool open(PoolChoice choice);
  }

  /** At least one. */
  List<Agent> agents();

  /**
   * Agents of the pool and their places for one build.
   *
   * @param build what others that use these agents are told of it
   * @param some of {@link #agents}
   */
  AgentPool forBuild(String build, List<Agent> some);

  /** Shared by all who use these agents. */
  Coordination coordination();

  @Override
  void close();

  /** The same agents for somebody who lets them be when done. */
  default Pool lent() {
    return new OfEngines(agents(), () -> {});
  }

  /** Those agents of the pool that have all these labels, maybe none. */
  default Pool labelled(Collection<String> labels) {
    return labels.isEmpty()
        ? this
        : new Labelled(this, agents().stream().filter(agent -> agent.hasLabels(labels)).toList());
  }

  /** Some agents of a pool. */
  record Labelled(Pool pool, List<Agent> agents) implements Pool {

    @Override
    public AgentPool forBuild(String build, List<Agent> some) {
      return pool.forBuild(build, some);
    }

    @Override
    public Coordination coordination() {
      return pool.coordination();
    }

    @Override
    public void close() {
      pool.close();
    }
  }

  /** Connects an agent. */
  @FunctionalInterface
  interface Connector {
    AgentServices connect(AgentOption agent);
  }

  /**
   * Connects engines.
   *
   * @throws io.jenkins.plugins.dockerfilebuild.execution.AgentLostException an engine does not
   *     answer
   */
  static Pool ofEngines(Connector connector, List<AgentOption> options) {
    List<Agent> agents = new ArrayList<>();
    Runnable disconnect = () -> agents.forEach(agent -> agent.services().close());
    try {
      for (AgentOption option : options) {
        agents.add(option.agent(connector.connect(option)));
      }
      return new OfEngines(agents, disconnect);
    } catch (RuntimeException e) {
      disconnect.run();
      throw e;
    }
  }

  /** Engines that this process alone uses, as far as it knows. */
  record OfEngines(List<Agent> agents, Runnable end) implements Pool {

    public OfEngines {
      agents = List.copyOf(agents);
    }

    @Override
    public AgentPool forBuild(String build, List<Agent> some) {
      return new Slots(some);
    }

    @Override
    public Coordination coordination() {
      return Coordination.inMemory();
    }

    @Override
    public void close() {
      end.run();
    }
  }
}
