package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.AgentPool;
import io.jenkins.plugins.dockerfilebuild.scheduling.Slots;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

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
   * @param labels that agents must have, all of them, those too that come later
   */
  AgentPool forBuild(String build, Collection<String> labels);

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
    return labels.isEmpty() ? this : new Labelled(this, List.copyOf(labels));
  }

  /** Some agents of a pool. */
  record Labelled(Pool pool, List<String> labels) implements Pool {

    @Override
    public List<Agent> agents() {
      return pool.agents().stream().filter(agent -> agent.hasLabels(labels)).toList();
    }

    @Override
    public AgentPool forBuild(String build, Collection<String> more) {
      return pool.forBuild(build, Stream.concat(labels.stream(), more.stream()).toList());
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
    public AgentPool forBuild(String build, Collection<String> labels) {
      List<Agent> fitting = agents.stream().filter(agent -> agent.hasLabels(labels)).toList();
      return new Slots(fitting, agents);
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
