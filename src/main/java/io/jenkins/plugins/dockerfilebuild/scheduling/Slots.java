package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.scheduling.placement.AgentLoad;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Decision;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Placement;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.PoolLoad;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.ReadyStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The places to run steps on, a bounded number per agent, given out as {@link Placement} decides:
 * all claims that wait are weighed together whenever one comes or a place becomes free.
 * Thread-safe.
 */
public final class Slots implements AgentPool {

  /** How often claims that wait are weighed again, for expected times pass without an event. */
  private static final long RECONSIDER_MILLIS = 250;

  // All guarded by "this". Lost agents are in none of the first two.
  private final Map<String, Agent> agents = new LinkedHashMap<>();
  private final PoolLoad load = new PoolLoad();
  private final Map<String, List<Slot>> running = new HashMap<>();
  private final NavigableSet<ReadyStep> waiting = new TreeSet<>(ReadyStep.URGENT_FIRST);

  /** Places that were given out and not fetched yet, by step. */
  private final Map<Integer, Slot> given = new HashMap<>();

  private double lastDecided = 0;

  public Slots(List<Agent> agents) {
    for (Agent agent : agents) {
      this.agents.put(agent.name(), agent);
      running.put(agent.name(), new ArrayList<>());
      update(agent);
    }
  }

  @Override
  public synchronized List<Agent> agents() {
    return List.copyOf(agents.values());
  }

  @Override
  public synchronized Optional<Place> claim(Claim claim) throws InterruptedException {
    ReadyStep step = claim.wanted();
    waiting.add(step);
    boolean fetched = false;
    try {
      decide();
      while (!given.containsKey(step.id())) {
        if (agents.values().stream().noneMatch(claim::fits)) {
          return Optional.empty();
        }
        wait(RECONSIDER_MILLIS);
        if (seconds() - lastDecided >= RECONSIDER_MILLIS / 1e3) {
          decide();
        }
      }
      fetched = true;
      return Optional.of(given.remove(step.id()));
    } finally {
      waiting.remove(step);
      if (!fetched && given.containsKey(step.id())) {
        given.remove(step.id()).close();
      }
    }
  }

  @Override
  public synchronized void lose(Agent agent) {
    agents.remove(agent.name());
    load.remove(agent.name());
    decide();
  }

  /** Claims that wait for a place. */
  synchronized int waiting() {
    return waiting.size();
  }

  private static double seconds() {
    return System.nanoTime() / 1e9;
  }

  private void decide() {
    lastDecided = seconds();
    agents.values().forEach(this::prolong);
    for (Decision decision : Placement.decide(load, lastDecided, waiting)) {
      if (decision.beginsNow()) {
        occupy(decision);
      }
    }
    notifyAll();
  }

  private void occupy(Decision decision) {
    Decision.Candidate chosen = decision.chosen();
    Agent agent = agents.get(chosen.agent());
    double expected = chosen.move().seconds() + chosen.runSeconds();
    Slot slot = new Slot(agent, decision, lastDecided + expected);
    running.get(agent.name()).add(slot);
    given.put(decision.step(), slot);
    waiting.removeIf(step -> step.id() == decision.step());
    update(agent);
  }

  /**
   * A step that runs longer than expected is taken to need as long again as it is late: nothing is
   * known of it but that it is longer than thought.
   */
  private void prolong(Agent agent) {
    boolean late = false;
    for (Slot slot : running.get(agent.name())) {
      if (slot.expectedEnd < lastDecided) {
        slot.nextEnd = lastDecided + (lastDecided - slot.expectedEnd);
        late = true;
      }
    }
    if (late) {
      update(agent);
    }
  }

  private void update(Agent agent) {
    List<Double> ends = running.get(agent.name()).stream().map(slot -> slot.nextEnd).toList();
    load.put(new AgentLoad(agent.name(), agent.offers(), agent.capacity(), ends));
  }

  private synchronized void release(Slot slot) {
    running.get(slot.agent.name()).remove(slot);
    if (agents.containsKey(slot.agent.name())) {
      update(slot.agent);
      decide();
    }
  }

  private final class Slot implements Place {

    private final Agent agent;
    private final Decision decision;
    private final double expectedEnd;

    /** {@link #expectedEnd}, or later once that has passed; guarded by the pool. */
    private double nextEnd;

    private Slot(Agent agent, Decision decision, double expectedEnd) {
      this.agent = agent;
      this.decision = decision;
      this.expectedEnd = expectedEnd;
      this.nextEnd = expectedEnd;
    }

    @Override
    public Agent agent() {
      return agent;
    }

    @Override
    public Optional<Decision> decision() {
      return Optional.of(decision);
    }

    @Override
    public void close() {
      release(this);
    }
  }
}
