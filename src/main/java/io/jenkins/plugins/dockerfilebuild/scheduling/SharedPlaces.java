package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.execution.AgentPlaces;
import io.jenkins.plugins.dockerfilebuild.execution.PlaceHolder;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Decision;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A pool that several builds use at once. Where a step goes is decided as among the agents of one
 * build ({@link Slots}); then the agent is asked for a place, which it gives out first come, first
 * served over all builds. While a step waits at an agent, the others of its build do not go there,
 * so a build with many steps waits in each queue only once, and builds take turns. A step that
 * waits is placed elsewhere too as soon as that is thought better, and runs where its turn comes
 * first. Agents that come while the build runs, or come back, take steps from then on. Thread-safe.
 */
public final class SharedPlaces implements AgentPool {

  /** An agent that has room answers within this time. */
  private static final long ANSWER_MILLIS = 300;

  private final Slots slots = new Slots(List.of());
  private final Members members;
  private final String build;

  /** All that were ever seen: one that is lost is not taken in again. */
  private final Map<Agent, AgentPlaces> known = new ConcurrentHashMap<>();

  /**
   * The agents that are there when it is asked, which is often; one that was lost and comes back is
   * another {@link Agent} of the same name.
   */
  public interface Members {

    /** On which steps of the build may run, in the order of the pool. */
    Map<Agent, AgentPlaces> places();

    /** All of them. */
    List<Agent> all();
  }

  /**
   * @param build as the users of other builds are told who is ahead of theirs
   */
  public SharedPlaces(Members members, String build) {
    this.members = members;
    this.build = build;
    welcome();
  }

  /** Takes in who has come since. */
  private void welcome() {
    members
        .places()
        .forEach(
            (agent, places) -> {
              if (known.putIfAbsent(agent, places) == null) {
                slots.join(agent);
              }
            });
  }

  @Override
  public List<Agent> agents() {
    return slots.agents();
  }

  @Override
  public boolean keepsNamelessOnFirst() {
    return false;
  }

  @Override
  public String build() {
    return build;
  }

  @Override
  public List<Agent> lenders() {
    return members.all();
  }

  @Override
  public void lose(Agent agent) {
    slots.lose(agent);
  }

  @Override
  public Optional<Place> claim(Claim claim) throws InterruptedException {
    Waiting waiting = new Waiting(claim);
    try {
      Optional<Place> turn = Optional.empty();
      while (turn.isEmpty()) {
        welcome();
        Optional<Place> local = slots.claim(claim, waiting::hasNews);
        local.ifPresent(waiting::ask);
        // News may be told late, of a request that is over: then agents are left that are busy.
        if (local.isEmpty() && waiting.isNowhere() && agents().stream().noneMatch(claim::fits)) {
          return Optional.empty();
        }
        waiting.await();
        turn = waiting.turn();
      }
      return turn;
    } finally {
      waiting.leave();
    }
  }

  /** One step in the queues of the agents at which it waits. */
  private final class Waiting {

    private final Claim claim;
    private final List<Asked> asked = new ArrayList<>();
    private List<PlaceHolder> told = List.of();

    /** Agents at which the step waits behind others, and has its inputs brought. */
    private final Set<Agent> standby = new HashSet<>();

    /** Set by the threads of requests, guarded by this. */
    private boolean news = false;

    Waiting(Claim claim) {
      this.claim = claim;
    }

    /** Takes a place in the queue of the agent that was decided on. */
    void ask(Place local) {
      AgentPlaces agent = Objects.requireNonNull(known.get(local.agent()));
      String who = "step " + claim.step() + " of " + build;
      Asked one = new Asked(local, agent.request(who, this::changed));
      asked.add(one);
      slots.full(local.agent());
    }

    private void changed() {
      synchronized (this) {
        news = true;
        notifyAll();
      }
      slots.wake();
    }

    /** Whether an agent has answered since {@link #await}; while that is waited for, some come. */
    boolean hasNews() {
      welcome();
      synchronized (this) {
        return news;
      }
    }

    /** Gives the agents a moment to answer; sooner if one has. */
    @SuppressWarnings("WaitNotInLoop") // the caller loops: a moment too short asks once more
    synchronized void await() throws InterruptedException {
      if (!news) {
        wait(ANSWER_MILLIS);
      }
      news = false;
    }

    /**
     * A place whose turn has come; it is the caller's from now on. One on an agent that has just
     * been lost counts: the step finds that out, and tells. Else tells whom the step waits for.
     */
    Optional<Place> turn() {
      for (Asked one : List.copyOf(asked)) {
        boolean failed = one.request.failure().isPresent();
        if (failed && !slots.agents().contains(one.agent())) {
          forget(one);
          one.close();
        } else if (failed || one.request.isGranted()) {
          forget(one);
          return Optional.of(one);
        }
      }
      asked.stream().findFirst().ifPresent(this::tell);
      asked.stream().map(Asked::agent).filter(standby::add).forEach(claim.standby());
      return Optional.empty();
    }

    private void forget(Asked one) {
      asked.remove(one);
      slots.notFull(one.agent());
    }

    private void tell(Asked first) {
      List<PlaceHolder> ahead = first.request.ahead();
      List<String> names = ahead.stream().map(PlaceHolder::who).toList();
      if (!ahead.isEmpty() && !names.equals(told.stream().map(PlaceHolder::who).toList())) {
        told = ahead;
        PlaceHolder holder = ahead.get(0);
        String others = ahead.size() > 1 ? " and " + (ahead.size() - 1) + " more" : "";
        claim
            .told()
            .accept(
                "waits for a place on %s: %s%s, there for %d s"
                    .formatted(first.local.agent(), holder.who(), others, holder.millis() / 1000));
      }
    }

    boolean isNowhere() {
      return asked.isEmpty();
    }

    /** Leaves all queues. */
    void leave() {
      for (Asked one : List.copyOf(asked)) {
        forget(one);
        one.close();
      }
    }
  }

  /** A place in the eyes of this build, and the request for it in those of the agent. */
  private record Asked(Place local, AgentPlaces.Request request) implements Place {

    @Override
    public Agent agent() {
      return local.agent();
    }

    @Override
    public Optional<Decision> decision() {
      return local.decision();
    }

    @Override
    public boolean isWanted() {
      return local.isWanted();
    }

    @Override
    public void commandEnded() {
      close();
    }

    @Override
    public void close() {
      request.close();
      local.close();
    }
  }
}
