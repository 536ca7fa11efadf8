package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

/**
 * The pool during one call of {@link Placement#decide}: as it is, with what has been decided so far
 * put in. Only agents that are looked at are copied. For one thread, used once.
 */
final class PoolSketch {

  /** Steps that share an agent slow one another down a little: among equals the idle one wins. */
  private static final double SHARE_SECONDS = 0.05;

  /** What runs longer than expected is expected to end soon: no wait is shorter. */
  private static final double SOON_SECONDS = 0.5;

  /** What no step requires. */
  private static final Set<String> NOT_ASKED = Set.of("");

  private final PoolLoad pool;
  private final double now;
  private final List<Kind> kinds = new ArrayList<>();
  private final Map<String, Seat> seats = new HashMap<>();
  private int freePlaces;

  /** What {@link #leastMoveSeconds} found for some requirements since something was reserved. */
  private List<Seat> nearest = List.of();

  private Set<String> nearestOf = NOT_ASKED;

  PoolSketch(PoolLoad pool, double now) {
    this.pool = pool;
    this.now = now;
    this.freePlaces = pool.freePlaces();
    pool.room().forEach((offers, members) -> kinds.add(new Kind(offers, members.iterator())));
  }

  /** Whether any step could begin now. */
  boolean hasRoom() {
    return freePlaces > 0;
  }

  /** How many steps could begin now. */
  int freePlaces() {
    return freePlaces;
  }

  /**
   * What passes on average until one more step of the pool ends, if their ends are spread evenly;
   * infinite where none runs.
   */
  double secondsToNextPlace() {
    int running = pool.running();
    return running == 0
        ? Double.POSITIVE_INFINITY
        : Math.max(SOON_SECONDS, pool.sumOfEnds() / running - now) / running;
  }

  /** What the step would wait for its inputs on the nearest of the least loaded agents. */
  double leastMoveSeconds(ReadyStep step, int most) {
    if (!step.requires().equals(nearestOf)) {
      nearestOf = step.requires();
      nearest = leastLoaded(nearestOf, most);
    }
    double least = Double.POSITIVE_INFINITY;
    for (Seat seat : nearest) {
      least = Math.min(least, step.inputs().moveTo(seat.member.agent().name()).seconds());
    }
    return least;
  }

  /** An agent if it offers what is required. */
  Optional<Seat> seat(String name, Set<String> required) {
    return pool.find(name)
        .filter(member -> member.agent().offers().containsAll(required))
        .map(this::seat);
  }

  private Seat seat(PoolLoad.Member member) {
    return seats.computeIfAbsent(member.agent().name(), name -> new Seat(member));
  }

  /** Agents with room, the least loaded of each kind first. */
  List<Seat> leastLoaded(Set<String> required, int most) {
    List<Seat> found = new ArrayList<>(most);
    for (Kind kind : kinds) {
      if (kind.offers.containsAll(required)) {
        kind.first(most, found);
      }
    }
    return found;
  }

  /** A step will run on this agent, as soon as it has a place for it. */
  void reserve(String name, double seconds) {
    nearestOf = NOT_ASKED;
    Seat seat = seats.get(name);
    freePlaces -= seat.hasRoom() ? 1 : 0;
    seat.kind.ifPresent(kind -> kind.read.remove(seat));
    seat.reserve(seconds);
    if (seat.hasRoom()) {
      seat.kind.ifPresent(kind -> kind.read.add(seat));
    }
  }

  /**
   * Agents with room that offer the same. They are read in the order in which they are least loaded
   * before this call; decisions only make an agent come later, so few have to be read.
   */
  private final class Kind {

    private final Set<String> offers;
    private final Iterator<PoolLoad.Member> unread;

    /** Read, still with room, in the order of what has been decided. */
    private final TreeSet<Seat> read = new TreeSet<>(Seat.LEAST_LOADED);

    /** The load of the agent that was read last: no unread one has less. */
    private double lastLoad = 0;

    Kind(Set<String> offers, Iterator<PoolLoad.Member> unread) {
      this.offers = offers;
      this.unread = unread;
    }

    void first(int most, List<Seat> found) {
      while (unread.hasNext() && !hasAsLittleLoaded(most)) {
        Seat seat = seat(unread.next());
        lastLoad = seat.member.agent().load();
        if (seat.hasRoom()) {
          seat.kind = Optional.of(this);
          read.add(seat);
        }
      }
      read.stream().limit(most).forEach(found::add);
    }

    private boolean hasAsLittleLoaded(int most) {
      return read.stream().limit(most).filter(seat -> seat.load() <= lastLoad).count() == most;
    }
  }

  /** One agent and the expected ends of what runs there, or will. */
  final class Seat {

    static final Comparator<Seat> LEAST_LOADED =
        Comparator.comparingDouble(Seat::load).thenComparingInt(Seat::position);

    private final PoolLoad.Member member;

    /** Whose {@link Kind#read} it is in, as long as it has room. */
    private Optional<Kind> kind = Optional.empty();

    /** At most as many as the agent has places: a step that waits takes over the first end. */
    private final PriorityQueue<Double> ends;

    private Seat(PoolLoad.Member member) {
      this.member = member;
      this.ends = new PriorityQueue<>(member.agent().ends());
    }

    int position() {
      return member.position();
    }

    Decision.Candidate candidate(ReadyStep step) {
      double wait = hasRoom() ? 0 : Math.max(SOON_SECONDS, ends.peek() - now);
      String name = member.agent().name();
      Move move = step.inputs().moveTo(name);
      return new Decision.Candidate(name, wait, move, step.runSeconds(), SHARE_SECONDS * load());
    }

    private boolean hasRoom() {
      return ends.size() < member.agent().capacity();
    }

    private double load() {
      return (double) ends.size() / member.agent().capacity();
    }

    private void reserve(double seconds) {
      double begin = hasRoom() ? now : Math.max(now, ends.remove());
      ends.add(begin + seconds);
    }
  }
}
