package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.scheduling.placement.AgentLoad;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Decision;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Placement;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.PoolLoad;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.ReadyStep;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Standbys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * The places to run steps on, a bounded number per agent, given out as {@link Placement} decides:
 * all claims that wait are weighed together whenever one comes or a place becomes free.
 * Thread-safe.
 */
public final class Slots implements AgentPool {

  /** How often claims that wait are weighed again, for expected times pass without an event. */
  private static final long RECONSIDER_MILLIS = 250;

  /**
   * What steps of other builds are taken to need still, for want of knowledge; and as long again as
   * has been waited for them.
   */
  private static final double OTHERS_SECONDS = 10;

  // All guarded by "this". Lost agents are in none of the first two.
  private final Map<String, Agent> agents = new LinkedHashMap<>();
  private final Set<Agent> lenders = new LinkedHashSet<>();
  private final PoolLoad load = new PoolLoad();
  private final Map<String, List<Slot>> running = new HashMap<>();
  private final NavigableSet<ReadyStep> waiting = new TreeSet<>(ReadyStep.URGENT_FIRST);

  private final Standbys standbys = new Standbys();

  /** Who waits, by step. */
  private final Map<Integer, Claim> claims = new HashMap<>();

  /** Places that were given out and not fetched yet, by step. */
  private final Map<Integer, Slot> given = new HashMap<>();

  /** Agents that others have filled, by name: since when, for each claim that waits there. */
  private final Map<String, List<Double>> full = new HashMap<>();

  private double lastDecided = 0;

  public Slots(List<Agent> agents) {
    this(agents, agents);
  }

  /**
   * @param lenders on whose places nothing runs unless they are among {@code agents}
   */
  public Slots(List<Agent> agents, List<Agent> lenders) {
    this.lenders.addAll(lenders);
    agents.forEach(this::add);
  }

  private void add(Agent agent) {
    agents.put(agent.name(), agent);
    running.put(agent.name(), new ArrayList<>());
    update(agent);
  }

  /** An agent has come, or has come back in place of a lost one of its name. */
  synchronized void join(Agent agent) {
    add(agent);
    decide();
  }

  @Override
  public synchronized List<Agent> agents() {
    return List.copyOf(agents.values());
  }

  @Override
  public synchronized List<Agent> lenders() {
    return List.copyOf(lenders);
  }

  @Override
  public Optional<Place> claim(Claim claim) throws InterruptedException {
    return claim(claim, () -> false);
  }

  /**
   * As {@link #claim(Claim)}, for a claim that may become needless.
   *
   * @param needless is asked every now and then
   * @return empty also when it has become needless
   */
  synchronized Optional<Place> claim(Claim claim, BooleanSupplier needless)
      throws InterruptedException {
    ReadyStep step = claim.wanted();
    waiting.add(step);
    claims.put(step.id(), claim);
    boolean fetched = false;
    try {
      decide();
      while (!given.containsKey(step.id())) {
        if (needless.getAsBoolean() || agents.values().stream().noneMatch(claim::fits)) {
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
      claims.remove(step.id());
      standbys.remove(step.id());
      if (!fetched && given.containsKey(step.id())) {
        given.remove(step.id()).close();
      }
    }
  }

  @Override
  public synchronized void lose(Agent agent) {
    // Another of the same name may have come in its place.
    lenders.remove(agent);
    if (agents.remove(agent.name(), agent)) {
      load.remove(agent.name());
      standbys.lose(agent.name());
    }
    decide();
  }

  /** Steps of others have all places of an agent, at which a claim waits nevertheless. */
  synchronized void full(Agent agent) {
    full.computeIfAbsent(agent.name(), name -> new ArrayList<>()).add(seconds());
    changed(agent);
  }

  /** One claim less waits at an agent that others have filled. */
  synchronized void notFull(Agent agent) {
    List<Double> since = full.get(agent.name());
    since.remove(since.size() - 1);
    full.values().removeIf(List::isEmpty);
    changed(agent);
  }

  private void changed(Agent changed) {
    Agent agent = agents.get(changed.name());
    if (agent != null) {
      update(agent);
      decide();
    }
  }

  /** Claims that may have become needless look again. */
  synchronized void wake() {
    notifyAll();
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
    for (Standbys.Standby next : standbys.more(load, lastDecided, waiting)) {
      claims.get(next.step()).standby().accept(agents.get(next.agent()));
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
    standbys.remove(decision.step());
    update(agent);
  }

  /**
   * A step that runs longer than expected is taken to need as long again as it is late: nothing is
   * known of it but that it is longer than thought.
   */
  private void prolong(Agent agent) {
    boolean late = full.containsKey(agent.name());
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
    List<Double> ends = new ArrayList<>();
    running.get(agent.name()).forEach(slot -> ends.add(slot.nextEnd));
    List<Double> since = full.getOrDefault(agent.name(), List.of());
    while (!since.isEmpty() && ends.size() < agent.capacity()) {
      double now = seconds();
      ends.add(now + OTHERS_SECONDS + (now - since.get(0)));
    }
    load.put(new AgentLoad(agent.name(), agent.offers(), agent.capacity(), ends));
  }

  /** Whether steps wait that begin wherever a place becomes free: else they wait for another. */
  private synchronized boolean isWantedOn(Agent agent) {
    return load.freePlaces() == 0
        && waiting.stream().anyMatch(step -> agent.offers().containsAll(step.requires()));
  }

  private synchronized void release(Slot slot) {
    if (running.get(slot.agent.name()).remove(slot)) {
      changed(slot.agent);
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
    public boolean isWanted() {
      return isWantedOn(agent);
    }

    @Override
    public void commandEnded() {
      close();
    }

    @Override
    public void close() {
      release(this);
    }
  }
}
