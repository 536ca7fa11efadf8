package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import hudson.model.Computer;
import hudson.model.Node;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Agents without the label of a build that may hold its cache directories: those whose engine has
 * answered since they are online, if the build may use them at all. Nothing runs there. They are
 * connected when the first step with a cache directory asks, once for a build. Thread-safe.
 */
final class Lenders {

  /** What a step waits for agents that only might have something. */
  private static final long CONNECT_SECONDS = 10;

  private final LeasedAgents.Order order;
  private final ConcurrentLinkedQueue<Agent> connected = new ConcurrentLinkedQueue<>();

  /** Guarded by this. */
  private boolean asked = false;

  Lenders(LeasedAgents.Order order) {
    this.order = order;
  }

  /** Those that answered. */
  synchronized List<Agent> agents() {
    if (!asked) {
      asked = true;
      connect();
    }
    return List.copyOf(connected);
  }

  private void connect() {
    List<Callable<Object>> connecting = new ArrayList<>();
    for (Computer computer : KnownEngines.get().answering()) {
      if (isLender(computer)) {
        connecting.add(Executors.callable(() -> connect(computer)));
      }
    }
    try {
      Computer.threadPoolForRemoting.invokeAll(connecting, CONNECT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The step notices when it next waits.
    }
  }

  private boolean isLender(Computer computer) {
    Node node = computer.getNode();
    return node != null
        && computer.isOnline()
        && !order.label().contains(node)
        && order.mayUse(node);
  }

  private void connect(Computer computer) {
    try {
      connected.add(AgentConnections.connect(computer));
    } catch (UnusableAgentException e) {
      // What it holds cannot be had, as if it were offline; where steps run, the user is told.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets all connections go. */
  void close() {
    connected.forEach(agent -> agent.services().close());
  }
}
