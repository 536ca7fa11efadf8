package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import hudson.model.Computer;
import hudson.model.Executor;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What Jenkins says of the executors of a build's agents at one moment: how many are idle, and when
 * those that others use are expected to be free. Those that the build itself has are left out.
 */
final class AgentRooms {

  /** What others are taken to need still where Jenkins does not know. */
  private static final double OTHERS_SECONDS = 10;

  private final LeasedAgents.Order order;
  private final List<LeaseRequest> requests;
  private final double now = System.nanoTime() / 1e9;

  /**
   * @param requests of the build, some of which may wait for executors that seem to be idle
   */
  AgentRooms(LeasedAgents.Order order, List<LeaseRequest> requests) {
    this.order = order;
    this.requests = requests;
  }

  /** The agents of use, the one that the build holds an executor of first. */
  List<Turns.Room> of(Members members) {
    List<Turns.Room> rooms = new ArrayList<>();
    members
        .usableFirst(order.holding())
        .forEach((computer, agent) -> rooms.add(room(computer, agent)));
    return rooms;
  }

  private Turns.Room room(Computer computer, Agent agent) {
    int idle = 0;
    List<Double> others = new ArrayList<>();
    for (Executor executor : computer.getExecutors()) {
      if (executor.isIdle()) {
        idle++;
      } else if (!isOurs(executor)) {
        others.add(now + remainingSeconds(executor));
      }
    }
    boolean own = computer.equals(order.holding());
    if (own && !others.isEmpty()) {
      // Which of them is the build's own executor Jenkins does not tell: that which is busy
      // longest.
      Collections.sort(others);
      others.remove(others.size() - 1);
    }
    double inVain = inVain(agent);
    if (inVain > 0 || !computer.isAcceptingTasks()) {
      others.addAll(Collections.nCopies(idle, now + OTHERS_SECONDS + inVain));
      idle = 0;
    }
    return new Turns.Room(agent, own, idle, others);
  }

  private double inVain(Agent agent) {
    return requests.stream().mapToDouble(request -> request.inVain(agent)).max().orElse(0);
  }

  private boolean isOurs(Executor executor) {
    return executor.getCurrentExecutable() instanceof LeaseExecutable lease
        && lease.getParent().isFor(order.run());
  }

  private static double remainingSeconds(Executor executor) {
    long millis = executor.getEstimatedRemainingTimeMillis();
    return millis < 0 ? OTHERS_SECONDS : millis / 1e3;
  }
}
