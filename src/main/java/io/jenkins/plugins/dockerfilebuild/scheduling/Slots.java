package io.jenkins.plugins.dockerfilebuild.scheduling;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The places to run steps on, a bounded number per agent. A claim goes to the agent where the step
 * is expected to begin first: the time to move what it lacks there, and, where all places are
 * taken, the time until one is expected to be free. So a stage stays where its layers are unless
 * moving pays. Thread-safe.
 */
public final class Slots implements AgentPool {

  /** How often a waiting claim looks again, for expected times pass without an event. */
  private static final long RECONSIDER_MILLIS = 250;

  private final List<Agent> agents;

  /** Expected ends, in nanoseconds of {@link System#nanoTime}, of what runs; guarded by this. */
  private final Map<Agent, List<Long>> running = new HashMap<>();

  /** Agents that were lost; guarded by this. */
  private final Set<Agent> lost = new HashSet<>();

  public Slots(List<Agent> agents) {
    this.agents = List.copyOf(agents);
    agents.forEach(agent -> running.put(agent, new ArrayList<>()));
  }

  @Override
  public synchronized List<Agent> agents() {
    return agents.stream().filter(agent -> !lost.contains(agent)).toList();
  }

  @Override
  public synchronized Optional<Place> claim(Claim claim) throws InterruptedException {
    while (true) {
      Optional<Agent> best = earliest(claim.moveSeconds());
      if (best.isEmpty()) {
        return Optional.empty();
      }
      if (isFree(best.get())) {
        return Optional.of(occupy(best.get(), claim.expectedSeconds()));
      }
      wait(RECONSIDER_MILLIS);
    }
  }

  @Override
  public synchronized void lose(Agent agent) {
    lost.add(agent);
    notifyAll();
  }

  private Optional<Agent> earliest(ToDoubleFunction<Agent> moveSeconds) {
    Optional<Agent> best = Optional.empty();
    double bestSeconds = Double.POSITIVE_INFINITY;
    for (Agent agent : agents) {
      if (!lost.contains(agent)) {
        double seconds = moveSeconds.applyAsDouble(agent) + waitSeconds(agent) + load(agent);
        if (seconds < bestSeconds) {
          best = Optional.of(agent);
          bestSeconds = seconds;
        }
      }
    }
    return best;
  }

  private boolean isFree(Agent agent) {
    return running.get(agent).size() < agent.capacity();
  }

  /** Seconds until a place is expected to be free; a step that overruns is expected to end soon. */
  private double waitSeconds(Agent agent) {
    if (isFree(agent)) {
      return 0;
    }
    long now = System.nanoTime();
    long first = running.get(agent).stream().mapToLong(end -> end - now).min().orElse(0);
    return Math.max(0.5, first / 1e9);
  }

  /** Steps that share an agent slow one another down a little: among equals the idle one wins. */
  private double load(Agent agent) {
    return 0.05 * running.get(agent).size() / agent.capacity();
  }

  private Slot occupy(Agent agent, double expectedSeconds) {
    Long expectedEnd = System.nanoTime() + (long) (expectedSeconds * 1e9);
    running.get(agent).add(expectedEnd);
    return new Slot(agent, expectedEnd);
  }

  private synchronized void release(Slot slot) {
    running.get(slot.agent).remove(slot.expectedEnd);
    notifyAll();
  }

  private final class Slot implements Place {

    private final Agent agent;
    private final Long expectedEnd;

    private Slot(Agent agent, Long expectedEnd) {
      this.agent = agent;
      this.expectedEnd = expectedEnd;
    }

    @Override
    public Agent agent() {
      return agent;
    }

    @Override
    public void close() {
      release(this);
    }
  }
}
