package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Run;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.AgentPool;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Decision;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Inputs;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.ReadyStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.springframework.security.core.Authentication;

/**
 * The agents of a label as the pool of one build. The executor that the build has anyway is the
 * first place: one executor in the whole system is enough, so nothing can deadlock. All other
 * places are leased, each for one step and no longer, so quotas, clouds and everybody's eyes see
 * them.
 *
 * <p>Where a step goes is decided for all that wait together ({@link Turns}), from what the build
 * has and what Jenkins says of the agents' other executors; a step that is to run on an executor
 * that the build does not have asks the queue for it ({@link LeaseRequest}). Thread-safe.
 */
public final class LeasedAgents implements AgentPool, AutoCloseable {

  /** How often a step that waits looks again; news wakes it before. */
  private static final long RECONSIDER_MILLIS = 1000;

  private final Order order;
  private final Members members;
  private final Lenders lenders;

  /** Guarded by this. */
  private final Turns turns;

  /** Claims that wait; guarded by this. */
  private final List<LeaseRequest> requests = new ArrayList<>();

  /** Grows with whatever may change a decision; guarded by this. */
  private long news = 0;

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
      Consumer<String> told) {

    /** Whether the build may use the agent at all; the queue would not give it an executor. */
    boolean mayUse(Node node) {
      return node.getACL().hasPermission2(authentication, Computer.BUILD);
    }
  }

  private LeasedAgents(Order order) {
    this.order = order;
    this.members = new Members(order, this::wake);
    this.lenders = new Lenders(order);
    this.turns = new Turns(order.parallelism);
  }

  /** Connects what is online now; agents that come later are connected when they come. */
  public static LeasedAgents open(Order order) throws InterruptedException {
    LeasedAgents pool = new LeasedAgents(order);
    AgentNews.get().subscribe(pool.members);
    boolean connected = false;
    try {
      pool.members.connectOnline(order.holding);
      connected = true;
      return pool;
    } finally {
      if (!connected) {
        pool.close();
      }
    }
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
  public String build() {
    return order.run.getFullDisplayName();
  }

  @Override
  public List<Agent> lenders() {
    List<Agent> all = new ArrayList<>(agents());
    all.addAll(lenders.agents());
    return all;
  }

  /** Nothing is done on an agent of which the build holds no executor: it has one all the time. */
  @Override
  public List<Agent> receivers() {
    return agents().stream()
        .filter(agent -> agent.name().equals(AgentConnections.name(order.holding)))
        .toList();
  }

  @Override
  public void lose(Agent agent) {
    members.lose(agent);
    synchronized (this) {
      turns.lose(agent);
    }
    wake();
  }

  /** A cloud may bring an agent of any platform; nobody knows before it has. */
  @Override
  public boolean mayOffer(Set<String> required) {
    return AgentPool.super.mayOffer(required) || !order.label.getClouds().isEmpty();
  }

  @Override
  public Optional<Place> claim(Claim claim) throws InterruptedException {
    LeaseRequest request = enter(claim);
    boolean fetched = false;
    try {
      while (!members.isHopeless()) {
        long seen = news();
        if (hasBegun(request.turn(), new AgentRooms(order, openRequests()).of(members))) {
          fetched = true;
          return Optional.of(new HeldPlace(request.turn()));
        }
        Optional<Turns.Seat> seat = request.renew(wish(request.turn()));
        if (seat.isPresent()) {
          got(seat.get());
        } else {
          pause(seen);
        }
      }
      return Optional.empty();
    } finally {
      leave(request, !fetched);
    }
  }

  private synchronized LeaseRequest enter(Claim claim) {
    LeaseRequest request = new LeaseRequest(order, members, turns.enter(claim), this::wake);
    requests.add(request);
    return request;
  }

  private synchronized List<LeaseRequest> openRequests() {
    return List.copyOf(requests);
  }

  private synchronized boolean hasBegun(Turn turn, List<Turns.Room> rooms) {
    if (!turn.hasBegun() && turns.decide(rooms, System.nanoTime() / 1e9)) {
      wake();
    }
    return turn.hasBegun();
  }

  private synchronized Turn.Wish wish(Turn turn) {
    return turn.wish();
  }

  private synchronized void got(Turns.Seat seat) {
    turns.got(seat);
  }

  private void leave(LeaseRequest request, boolean forGood) {
    synchronized (this) {
      requests.remove(request);
    }
    request.close();
    if (forGood) {
      end(request.turn());
    }
  }

  private synchronized void end(Turn turn) {
    turns.leave(turn);
    wake();
  }

  private synchronized void wake() {
    news++;
    notifyAll();
  }

  private synchronized long news() {
    return news;
  }

  @SuppressWarnings("WaitNotInLoop") // the caller loops: news of any kind ends the pause
  private synchronized void pause(long seen) throws InterruptedException {
    if (news == seen) {
      wait(RECONSIDER_MILLIS);
    }
  }

  @Override
  public void close() {
    AgentNews.get().unsubscribe(members);
    synchronized (this) {
      turns.close();
    }
    members.close();
    lenders.close();
  }

  /** The executor of one step. */
  private final class HeldPlace implements Place {

    private final Turn turn;
    private final Agent agent;
    private final Optional<Decision> decision;

    HeldPlace(Turn turn) {
      this.turn = turn;
      this.agent = turn.agent().orElseThrow();
      this.decision = turn.decision();
    }

    @Override
    public Agent agent() {
      return agent;
    }

    @Override
    public Optional<Decision> decision() {
      return decision;
    }

    /** Keeping its result takes the engine a moment, and none of the executor's time. */
    @Override
    public void commandEnded() {
      close();
    }

    @Override
    public void close() {
      end(turn);
    }
  }
}
