package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Node;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The agents of one build: those of its label that are connected, and those that are of no use. One
 * that goes offline is of no use until it comes back; then it is connected anew. One that the build
 * may not use is none of them. Thread-safe.
 */
final class Members implements AgentNews.Reader {

  /** Bringing the runtime to a far agent takes some seconds; one that hangs is left out. */
  private static final long CONNECT_SECONDS = 120;

  private final LeasedAgents.Order order;
  private final Label label;
  private final Runnable changed;

  // All guarded by "this", in the order in which they came.
  private final Map<Computer, Agent> connected = new LinkedHashMap<>();
  private final Set<Computer> useless = new HashSet<>();

  /** Whether the build has ended: what connects later is let go at once. */
  private boolean closed = false;

  /**
   * @param changed is called, from any thread, when agents have come or gone
   */
  Members(LeasedAgents.Order order, Runnable changed) {
    this.order = order;
    this.label = order.label();
    this.changed = changed;
  }

  /** Jenkins tells while the agent's executors already take work: connecting must not delay it. */
  @Override
  public void came(Computer computer) {
    Node node = computer.getNode();
    if (node != null && label.contains(node) && order.mayUse(node)) {
      Computer.threadPoolForRemoting.execute(() -> connectAgain(computer));
    }
  }

  private void connectAgain(Computer computer) {
    synchronized (this) {
      useless.remove(computer);
    }
    try {
      of(computer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    changed.run();
  }

  @Override
  public void went(Computer computer) {
    synchronized (this) {
      if (connected.remove(computer) != null) {
        useless.add(computer);
      }
    }
    changed.run();
  }

  /** Connects what is online now, all at once. */
  void connectOnline(Computer first) throws InterruptedException {
    List<Callable<Optional<Agent>>> connecting = new ArrayList<>();
    nodes()
        .map(Node::toComputer)
        .filter(computer -> computer != null && computer.isOnline())
        .forEach(
            computer ->
                connecting.add(computer.equals(first) ? 0 : connecting.size(), () -> of(computer)));
    Computer.threadPoolForRemoting.invokeAll(connecting, CONNECT_SECONDS, TimeUnit.SECONDS);
  }

  private Stream<Node> nodes() {
    return label.getNodes().stream().filter(order::mayUse);
  }

  /** An agent, connected if it is not yet; empty if it is of no use, which the user is told. */
  Optional<Agent> of(Computer computer) throws InterruptedException {
    synchronized (this) {
      if (useless.contains(computer) || connected.containsKey(computer)) {
        return usable(computer);
      }
    }
    try {
      keep(computer, AgentConnections.connect(computer));
      return usable(computer);
    } catch (UnusableAgentException e) {
      synchronized (this) {
        useless.add(computer);
      }
      order
          .told()
          .accept("agent " + AgentConnections.name(computer) + " is skipped: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Two may have connected it at once, and the build may have ended since. */
  private void keep(Computer computer, Agent agent) {
    synchronized (this) {
      if (!closed && connected.putIfAbsent(computer, agent) == null) {
        return;
      }
    }
    agent.services().close();
  }

  private synchronized Optional<Agent> usable(Computer computer) {
    return useless.contains(computer)
        ? Optional.empty()
        : Optional.ofNullable(connected.get(computer));
  }

  /** The agents that are of use; {@code first} first, if it is one of them. */
  List<Agent> agents(Computer first) {
    return List.copyOf(usableFirst(first).values());
  }

  /** The same with their computers, in the same order. */
  synchronized Map<Computer, Agent> usableFirst(Computer first) {
    Map<Computer, Agent> usable = new LinkedHashMap<>();
    usable(first).ifPresent(agent -> usable.put(first, agent));
    connected.forEach(
        (computer, agent) -> {
          if (!useless.contains(computer)) {
            usable.putIfAbsent(computer, agent);
          }
        });
    return usable;
  }

  /** Whether the agent is connected now and of use. */
  synchronized boolean isUsable(Agent agent) {
    return connected.entrySet().stream()
        .anyMatch(member -> member.getValue().equals(agent) && !useless.contains(member.getKey()));
  }

  /** Whether an executor of the agent is one of the label. */
  synchronized boolean isIn(Agent agent, Label some) {
    return connected.entrySet().stream()
        .filter(member -> member.getValue().equals(agent))
        .map(member -> member.getKey().getNode())
        .anyMatch(node -> node != null && some.contains(node));
  }

  /** The agent is of no use any more. */
  synchronized void lose(Agent agent) {
    connected.forEach(
        (computer, member) -> {
          if (member.equals(agent)) {
            useless.add(computer);
          }
        });
  }

  /**
   * Whether no agent is left and none can come. A label that nobody has is another matter: the
   * build waits until somebody has it, as every job does.
   */
  synchronized boolean isHopeless() {
    return !useless.isEmpty()
        && label.getClouds().isEmpty()
        && nodes().map(Node::toComputer).allMatch(useless::contains);
  }

  /** The label of one agent alone; that of all that may be of use where it has none of its own. */
  synchronized Label labelOf(Agent agent) {
    return connected.entrySet().stream()
        .filter(member -> member.getValue().equals(agent))
        .map(member -> member.getKey().getNode())
        .filter(node -> node != null)
        .<Label>map(Node::getSelfLabel)
        .findFirst()
        .orElseGet(() -> labelOfAll(any -> true));
  }

  /**
   * The label of all agents that may be of use.
   *
   * @param fits whether an agent that is known may be one of them
   */
  synchronized Label labelOfAll(Predicate<Agent> fits) {
    Label all = label;
    Set<Computer> others = new HashSet<>(useless);
    connected.forEach(
        (computer, agent) -> {
          if (!fits.test(agent)) {
            others.add(computer);
          }
        });
    for (Computer computer : others) {
      Node node = computer.getNode();
      if (node != null) {
        all = all.and(node.getSelfLabel().not());
      }
    }
    return all;
  }

  /** Lets all connections go. */
  synchronized void close() {
    closed = true;
    connected.values().forEach(agent -> agent.services().close());
  }
}
