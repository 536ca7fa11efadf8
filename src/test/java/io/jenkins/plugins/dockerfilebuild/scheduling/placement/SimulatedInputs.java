package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Simulation.Network;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Simulation.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * Where results lie on simulated agents, and how they get elsewhere: when a step needs them, all at
 * once and while it has its place; or ahead, while it waits for more of them, as {@code
 * InputsAhead} does for real steps: after the same pause, two at once, to the agent that lacks
 * least.
 */
final class SimulatedInputs {

  private static final double PAUSE_SECONDS = 0.5;
  private static final int AT_ONCE = 2;

  private final List<Step> steps;
  private final Network network;
  private final Clock clock;
  private final IntPredicate waits;

  /** Which agents hold the result of a step: the one that made it, and those it was brought to. */
  private final List<Set<String>> holders = new ArrayList<>();

  /** Steps for which something may be brought ahead, in the order of what came. */
  private final Deque<Integer> queue = new ArrayDeque<>();

  private int underWay = 0;
  private long bytesMoved = 0;

  /** Has something done later in simulated time. */
  interface Clock {
    void after(double seconds, Runnable work);
  }

  /**
   * @param waits whether a step lacks a result that is not made yet
   */
  SimulatedInputs(List<Step> steps, Network network, Clock clock, IntPredicate waits) {
    this.steps = steps;
    this.network = network;
    this.clock = clock;
    this.waits = waits;
    steps.forEach(step -> holders.add(new HashSet<>()));
  }

  long bytesMoved() {
    return bytesMoved;
  }

  void made(int result, String agent) {
    holders.get(result).add(agent);
  }

  /** A result has come that a step needs, which waits for more. */
  void arrived(int waiting) {
    clock.after(
        PAUSE_SECONDS,
        () -> {
          queue.add(waiting);
          bringAhead();
        });
  }

  private void bringAhead() {
    while (underWay < AT_ONCE && !queue.isEmpty()) {
      bringNext(queue.remove());
    }
  }

  /** One after the other, as long as the step waits. */
  private void bringNext(int waiting) {
    List<Integer> there =
        steps.get(waiting).before().stream().filter(b -> !holders.get(b).isEmpty()).toList();
    Optional<String> home = home(there);
    Optional<Integer> lacking =
        there.stream().filter(b -> !holders.get(b).contains(home.orElseThrow())).findFirst();
    if (waits.test(waiting) && lacking.isPresent()) {
      underWay++;
      Move move = network.move(steps.get(lacking.get()).bytes());
      bytesMoved += move.bytes();
      clock.after(
          move.seconds(),
          () -> {
            made(lacking.get(), home.orElseThrow());
            underWay--;
            bringNext(waiting);
            bringAhead();
          });
    }
  }

  /** The agent that lacks the fewest bytes. */
  private Optional<String> home(List<Integer> there) {
    return there.stream()
        .flatMap(result -> holders.get(result).stream())
        .distinct()
        .min(
            Comparator.<String>comparingLong(agent -> lacking(there, agent))
                .thenComparing(Comparator.naturalOrder()));
  }

  private long lacking(List<Integer> results, String agent) {
    return results.stream()
        .filter(result -> !holders.get(result).contains(agent))
        .mapToLong(result -> steps.get(result).bytes())
        .sum();
  }

  /**
   * Brings all that a step needs.
   *
   * @return the seconds until it is there
   */
  double bring(int step, String agent) {
    double seconds = 0;
    for (int before : steps.get(step).before()) {
      if (holders.get(before).add(agent)) {
        Move move = network.move(steps.get(before).bytes());
        bytesMoved += move.bytes();
        seconds = Math.max(seconds, move.seconds());
      }
    }
    return seconds;
  }

  /** What is guessed of a step's inputs, as of a real one's. */
  Inputs of(int step) {
    return new Results(step);
  }

  /** What a step needs: the results of those before it. */
  private final class Results implements Inputs {

    private final int step;

    Results(int step) {
      this.step = step;
    }

    @Override
    public Collection<String> holders() {
      Set<String> all = new TreeSet<>();
      for (int before : steps.get(step).before()) {
        all.addAll(holders.get(before));
      }
      return all;
    }

    @Override
    public Move moveTo(String agent) {
      Move move = Move.NONE;
      for (int before : steps.get(step).before()) {
        if (!holders.get(before).contains(agent)) {
          move = move.plus(network.move(steps.get(before).bytes()));
        }
      }
      return move;
    }
  }
}
