package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Run;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.AgentPool;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Inputs;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.ReadyStep;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.security.core.Authentication;

/**
 * The agents of a label as the pool of one build. The executor that the build has anyway is the
 * first place: one executor in the whole system is enough, so nothing can deadlock. All other
 * places are leased, each for one step and no longer, so quotas, clouds and everybody's eyes see
 * them.
 *
 * <p>A step takes the build's own executor if that is free and no idle agent is much better for it;
 * else it asks the queue for an executor, on the best agent if one is idle and anywhere in the pool
 * if not, and takes whichever of the two comes first. Thread-safe.
 */
public final class LeasedAgents implements AgentPool, AutoCloseable {

  /** How often a step that waits looks again; news wakes it before. */
  private static final long RECONSIDER_MILLIS = 1000;

  /** After this the user is told what a step waits for. */
  private static final long SILENCE_NANOS = 15_000_000_000L;

  /** Seconds that another agent must save to be asked for instead of the build's own executor. */
  private static final double WORTH_A_LEASE = 1;

  private final Order order;
  private final Members members;

  /** Whether a step runs on the build's own executor; guarded by this. */
  private boolean ownBusy = false;

  /**
   * Executors that steps wait for, by agent: steps that become ready at one moment see the same
   * idle executor, and only one of them gets it. Guarded by this.
   */
  private final Map<Agent, Integer> asked = new HashMap<>();

  /** Steps that have a place or ask for one; guarded by this. */
  private int steps = 0;

  /**
   * What a build wants of its pool.
   *
   * @param holding the agent whose executor the build holds; of use only if it has the label
   * @param label of the agents; steps run nowhere else
   * @param parallelism steps at once
   * @param told lines for the user
   */
  public record Order(
      Run<?, ?> run,
      Computer holding,
      Label label,
      int parallelism,
      Authentication authentication,
      Consumer<String> told) {}

  private LeasedAgents(Order order) {
    this.order = order;
    this.members = new Members(order.label, order.told, this::wake);
  }

  /** Connects what is online now; agents that come later are connected when they come. */
  public static LeasedAgents open(Order order) throws InterruptedException {
    LeasedAgents pool = new LeasedAgents(order);
    AgentNews.get().subscribe(pool.members);
    pool.members.connectOnline(order.holding);
    return pool;
  }

  /**
   * Waits until there is an agent at all, as for a cloud to bring one up.
   *
   * @throws AbortException none of the pool is of use, and none will come
   */
  public void awaitFirst() throws InterruptedException, AbortException {
    if (agents().isEmpty()) {
      Claim any =
          new Claim("(looking for an agent)", new ReadyStep(0, Set.of(), 0, 0, Inputs.NOTHING));
      Place place =
          claim(any)
              .orElseThrow(
                  () ->
                      new AbortException(
                          "No agent of \"" + order.label.getName() + "\" can run steps"));
      place.close();
    }
  }

  @Override
  public List<Agent> agents() {
    return members.agents(order.holding);
  }

  @Override
  public void lose(Agent agent) {
    members.lose(agent);
    wake();
  }

  /** A cloud may bring an agent of any platform; nobody knows before it has. */
  @Override
  public boolean mayOffer(Set<String> required) {
    return AgentPool.super.mayOffer(required) || !order.label.getClouds().isEmpty();
  }

  @Override
  public Optional<Place> claim(Claim claim) throws InterruptedException {
    begin();
    Optional<Place> place = Optional.empty();
    try {
      while (place.isEmpty() && !members.isHopeless()) {
        place = ownPlace(claim);
        if (place.isEmpty()) {
          place = request(claim);
        }
      }
      return place;
    } finally {
      if (place.isEmpty()) {
        end();
      }
    }
  }

  private synchronized void begin() throws InterruptedException {
    while (steps >= order.parallelism) {
      wait(RECONSIDER_MILLIS);
    }
    steps++;
  }

  private synchronized void end() {
    steps--;
    notifyAll();
  }

  private synchronized void wake() {
    notifyAll();
  }

  private synchronized Optional<Place> ownPlace(Claim claim) {
    Optional<Agent> own = own().filter(claim::fits);
    if (ownBusy || own.isEmpty()) {
      return Optional.empty();
    }
    double here = claim.moveSeconds(own.get());
    boolean better = idle(claim).anyMatch(agent -> claim.moveSeconds(agent) + WORTH_A_LEASE < here);
    if (better) {
      return Optional.empty();
    }
    ownBusy = true;
    return Optional.of(new OwnPlace(own.get()));
  }

  private Optional<Agent> own() {
    return members.agents(order.holding).stream()
        .filter(agent -> agent.name().equals(order.holding.getDisplayName()))
        .findFirst();
  }

  /** Asks the queue; empty when what it gave is of no use. */
  private Optional<Place> request(Claim claim) throws InterruptedException {
    Lease lease = new Lease(this::wake);
    Optional<Place> place = Optional.empty();
    Optional<Agent> best = bestIdle(claim);
    try {
      lease.request(
          purpose(claim),
          best.map(members::labelOf).orElseGet(() -> members.labelOfAll(claim::fits)));
      place = await(lease, claim, best);
      return place;
    } finally {
      best.ifPresent(this::gotOrGaveUp);
      if (!(place.orElse(null) instanceof LeasedPlace)) {
        lease.release();
      }
    }
  }

  private LeaseTask.Purpose purpose(Claim claim) {
    String instruction = claim.text().lines().findFirst().orElse("");
    String name = "Dockerfile step " + claim.step() + " " + instruction;
    return new LeaseTask.Purpose(order.run, name, order.authentication);
  }

  /** The idle agent that suits the step best; counts as asked until {@link #gotOrGaveUp}. */
  private synchronized Optional<Agent> bestIdle(Claim claim) {
    Optional<Agent> best = idle(claim).min(Comparator.comparingDouble(claim::moveSeconds));
    best.ifPresent(agent -> asked.merge(agent, 1, Integer::sum));
    return best;
  }

  private Stream<Agent> idle(Claim claim) {
    return members.idle(this::askedOf).stream().filter(claim::fits);
  }

  private synchronized void gotOrGaveUp(Agent agent) {
    asked.merge(agent, -1, Integer::sum);
  }

  private synchronized int askedOf(Agent agent) {
    return asked.getOrDefault(agent, 0);
  }

  /** Empty where the lease is of no use: its agent is, or went offline before it could be had. */
  private Optional<Place> await(Lease lease, Claim claim, Optional<Agent> asked)
      throws InterruptedException {
    long begin = System.nanoTime();
    boolean silent = true;
    while (true) {
      Optional<Computer> computer = lease.computer();
      if (computer.isPresent()) {
        return members
            .of(computer.get())
            .filter(claim::fits)
            .map(agent -> new LeasedPlace(agent, lease));
      }
      if (asked.isPresent() && !members.isUsable(asked.get())) {
        return Optional.empty();
      }
      if (lease.isRefused()) {
        throw new CancellationException("step " + claim.step() + " was taken out of the queue");
      }
      Optional<Place> own = ownPlace(claim);
      if (own.isPresent()) {
        return own;
      }
      if (silent && System.nanoTime() - begin > SILENCE_NANOS) {
        silent = false;
        lease.waitsFor().ifPresent(why -> tellWait(claim, why));
      }
      pause(lease);
    }
  }

  private void tellWait(Claim claim, String why) {
    order.told.accept("#" + claim.step() + " waits for an executor: " + why);
  }

  @SuppressWarnings("WaitNotInLoop") // the caller loops: news of any kind ends the pause
  private synchronized void pause(Lease lease) throws InterruptedException {
    if (lease.computer().isEmpty()) {
      wait(RECONSIDER_MILLIS);
    }
  }

  @Override
  public void close() {
    AgentNews.get().unsubscribe(members);
    members.close();
  }

  /** The build's own executor. */
  private final class OwnPlace implements Place {

    private final Agent agent;

    OwnPlace(Agent agent) {
      this.agent = agent;
    }

    @Override
    public Agent agent() {
      return agent;
    }

    @Override
    public void close() {
      synchronized (LeasedAgents.this) {
        ownBusy = false;
      }
      end();
    }
  }

  /** An executor from the queue. */
  private final class LeasedPlace implements Place {

    private final Agent agent;
    private final Lease lease;

    LeasedPlace(Agent agent, Lease lease) {
      this.agent = agent;
      this.lease = lease;
    }

    @Override
    public Agent agent() {
      return agent;
    }

    @Override
    public void close() {
      lease.release();
      end();
    }
  }
}
