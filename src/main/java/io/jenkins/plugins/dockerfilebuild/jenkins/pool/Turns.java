package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.AgentPool.Claim;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.AgentLoad;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Decision;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Inputs;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Move;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Placement;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.PoolLoad;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.ReadyStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which step of a build runs next, and on which executor: {@link Placement} weighs all steps that
 * wait together, over the executors that the build has and those that it could get. An executor
 * that one step asked for goes to the step that is most urgent when it comes. Knows nothing of
 * Jenkins. Not thread-safe: its owner guards it.
 */
final class Turns {

  /** What asking the queue for an executor takes; without it, small gains would be asked for. */
  private static final double LEASE_SECONDS = 1;

  private final int parallelism;
  private final NavigableMap<ReadyStep, Turn> waiting = new TreeMap<>(ReadyStep.URGENT_FIRST);
  private final List<Turn> running = new ArrayList<>();

  /** Leased, and not in use yet. */
  private final List<Seat> free = new ArrayList<>();

  /** Whether a step runs on the build's own executor. */
  private boolean ownBusy = false;

  /**
   * @param parallelism steps at once
   */
  Turns(int parallelism) {
    this.parallelism = parallelism;
  }

  /** A leased executor. */
  interface Seat {

    Agent agent();

    /** It is for this step now. */
    void serve(Turn turn);

    /** No step wants it any more. */
    void giveBack();
  }

  /**
   * What is known of an agent's executors.
   *
   * @param own whether one of them is the build's own
   * @param idle how many others nobody uses
   * @param others when those that others use are expected to be free, on the clock of the caller
   */
  record Room(Agent agent, boolean own, int idle, List<Double> others) {}

  /** A step wants an executor. */
  Turn enter(Claim claim) {
    Turn turn = new Turn(claim);
    waiting.put(claim.wanted(), turn);
    return turn;
  }

  /** The step wants none any more, or needs its own no longer. */
  void leave(Turn turn) {
    waiting.remove(turn.claim().wanted(), turn);
    if (running.remove(turn)) {
      ownBusy &= turn.seat().isPresent();
      turn.seat().ifPresent(Seat::giveBack);
    }
  }

  /** An executor has been leased. The next decision says who gets it. */
  void got(Seat seat) {
    free.add(seat);
  }

  /**
   * Decides for all that wait; leased executors that nobody wants are given back.
   *
   * @param rooms the agents of use, the first of equals before others
   * @return whether a step begins
   */
  boolean decide(List<Room> rooms, double now) {
    Map<String, Room> byName = new LinkedHashMap<>();
    rooms.forEach(room -> byName.put(room.agent().name(), room));
    waiting.values().forEach(Turn::undecided);
    Map<Integer, Turn> wanting = new LinkedHashMap<>();
    waiting.values().stream()
        .limit(parallelism - running.size())
        .forEach(turn -> wanting.put(turn.claim().step(), turn));
    wanting.values().forEach(Turn::mayAsk);
    List<ReadyStep> steps = wanting.values().stream().map(turn -> weighed(turn, byName)).toList();
    boolean begun = false;
    for (Decision decision : Placement.decide(load(rooms, now), now, steps)) {
      Turn turn = wanting.get(decision.step());
      Room room = byName.get(decision.chosen().agent());
      turn.decided(decision, room.agent());
      begun |= decision.beginsNow() && begin(turn, room, now);
    }
    giveBack(seat -> byName.containsKey(seat.agent().name()));
    return begun;
  }

  /** The agent is of no use any more; what runs there finds that out itself. */
  void lose(Agent agent) {
    giveBack(seat -> seat.agent().equals(agent));
  }

  /** Nothing is wanted any more. */
  void close() {
    giveBack(seat -> true);
  }

  private void giveBack(Predicate<Seat> unwanted) {
    free.stream().filter(unwanted).forEach(Seat::giveBack);
    free.removeIf(unwanted);
  }

  private PoolLoad load(List<Room> rooms, double now) {
    PoolLoad load = new PoolLoad();
    for (Room room : rooms) {
      List<Double> ends = new ArrayList<>(room.others);
      running.stream().filter(turn -> turn.isAt(room)).forEach(turn -> ends.add(turn.end(now)));
      int capacity = ends.size() + room.idle + had(room);
      if (capacity > 0) {
        load.put(new AgentLoad(room.agent.name(), room.agent.offers(), capacity, ends));
      }
    }
    return load;
  }

  /** Executors of an agent that the build has and no step uses. */
  private int had(Room room) {
    return (room.own && !ownBusy ? 1 : 0)
        + (int) free.stream().filter(seat -> seat.agent().equals(room.agent)).count();
  }

  /** The step as it is weighed: an executor that has to be asked for costs a moment. */
  private ReadyStep weighed(Turn turn, Map<String, Room> rooms) {
    ReadyStep step = turn.claim().wanted();
    Inputs inputs =
        new Inputs() {
          @Override
          public Collection<String> holders() {
            return step.inputs().holders();
          }

          @Override
          public Move moveTo(String agent) {
            Move move = step.inputs().moveTo(agent);
            Room room = rooms.get(agent);
            boolean there = room != null && (room.own || had(room) > 0);
            return there ? move : move.plus(new Move(0, LEASE_SECONDS));
          }
        };
    return new ReadyStep(step.id(), step.requires(), step.rankSeconds(), step.runSeconds(), inputs);
  }

  /** Begins if the build has the executor; one that it could get is asked for by the step. */
  private boolean begin(Turn turn, Room room, double now) {
    Optional<Seat> seat = Optional.empty();
    if (room.own && !ownBusy) {
      ownBusy = true;
    } else {
      seat = free.stream().filter(one -> one.agent().equals(room.agent)).findFirst();
      if (seat.isEmpty()) {
        return false;
      }
      free.remove(seat.get());
      seat.get().serve(turn);
    }
    waiting.remove(turn.claim().wanted(), turn);
    running.add(turn);
    turn.begin(seat, now);
    return true;
  }
}
