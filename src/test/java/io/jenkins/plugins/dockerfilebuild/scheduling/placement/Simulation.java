package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

/**
 * A build of a made-up graph on made-up agents, by the code that places the steps of real builds.
 * Time is a number: an hour of the pool takes as long as its decisions take. What differs from the
 * expected is the real duration of each step, by up to a quarter. An agent has its place while it
 * brings what a step needs, as real ones have; {@link SimulatedInputs} says what comes ahead.
 */
public final class Simulation {

  private static final Set<String> LINUX = Set.of("linux/amd64");

  /**
   * What bringing a result to another agent takes.
   *
   * @param bytesPerSecond of one connection; connections do not share it
   */
  public record Network(double overheadSeconds, double bytesPerSecond) {

    /** As between real agents. */
    public static final Network REAL = new Network(0.3, 100e6);

    /** As if all agents had one disk. */
    public static final Network FREE = new Network(0, Double.POSITIVE_INFINITY);

    Move move(long bytes) {
      return new Move(bytes, overheadSeconds + bytes / bytesPerSecond);
    }
  }

  /**
   * A step.
   *
   * @param before steps that it needs, with smaller numbers; the layers of the first lie below it
   */
  public record Step(List<Integer> before, double expectedSeconds, double seconds, long bytes) {}

  /**
   * How a build went.
   *
   * @param calls of {@link Placement#decide}
   * @param decideNanos spent in them
   */
  public record Result(
      double makespan,
      Bounds bounds,
      int placements,
      int calls,
      long decideNanos,
      long bytesMoved) {

    /** Above {@link Bounds#plain}. */
    public double ratio() {
      return makespan / bounds.plain();
    }

    /** Above {@link Bounds#earliestStart}. */
    public double ratioToEarliestStart() {
      return makespan / bounds.earliestStart();
    }
  }

  /** Something that happens, in the order of time and then of its number. */
  private record Event(double at, int number, Runnable what) {}

  private final List<Step> steps;
  private final PoolLoad pool = new PoolLoad();
  private final int places;
  private final double[] ranks;

  private final int[] missing;
  private final List<List<Integer>> after = new ArrayList<>();

  private final Standbys standbys = new Standbys();

  /** Where their results lie. */
  private final SimulatedInputs inputs;

  /** When each step that runs is expected to end. */
  private final Map<Integer, Double> expected = new HashMap<>();

  private final TreeSet<ReadyStep> ready = new TreeSet<>(ReadyStep.URGENT_FIRST);
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingDouble(Event::at).thenComparingInt(Event::number));

  private int numbered = 0;
  private double now = 0;
  private double lastEnd = 0;
  private int calls = 0;
  private int placements = 0;
  private long decideNanos = 0;

  public Simulation(List<Step> steps, int agents, int capacity) {
    this(steps, agents, capacity, Network.REAL);
  }

  public Simulation(List<Step> steps, int agents, int capacity, Network network) {
    this.steps = List.copyOf(steps);
    for (int i = 0; i < agents; i++) {
      pool.put(new AgentLoad("agent-" + i, LINUX, capacity, List.of()));
    }
    this.places = agents * capacity;
    int[] missing = new int[steps.size()];
    this.missing = missing;
    this.inputs = new SimulatedInputs(this.steps, network, this::after, step -> missing[step] > 0);
    for (int i = 0; i < steps.size(); i++) {
      after.add(new ArrayList<>());
      missing[i] = steps.get(i).before.size();
      for (int before : steps.get(i).before) {
        after.get(before).add(i);
      }
    }
    this.ranks =
        CriticalPath.ranks(
            steps.size(), i -> steps.get(i).before, i -> steps.get(i).expectedSeconds, i -> true);
  }

  /** Builds all of it. */
  public Result run() {
    for (int i = 0; i < steps.size(); i++) {
      if (missing[i] == 0) {
        ready(i);
      }
    }
    place();
    while (!events.isEmpty()) {
      now = events.peek().at;
      while (!events.isEmpty() && events.peek().at == now) {
        events.remove().what.run();
      }
      if (lastEnd == now) {
        place();
      }
    }
    return new Result(
        lastEnd, Bounds.of(steps, places), placements, calls, decideNanos, inputs.bytesMoved());
  }

  private void after(double seconds, Runnable what) {
    events.add(new Event(now + seconds, numbered++, what));
  }

  private void ready(int step) {
    ready.add(
        new ReadyStep(step, LINUX, ranks[step], steps.get(step).expectedSeconds, inputs.of(step)));
  }

  private void place() {
    if (ready.isEmpty()) {
      return;
    }
    long begin = System.nanoTime();
    List<Decision> decisions = Placement.decide(pool, now, ready);
    decideNanos += System.nanoTime() - begin;
    calls++;
    for (Decision decision : decisions) {
      if (decision.beginsNow()) {
        begin(decision);
      }
    }
    begin = System.nanoTime();
    List<Standbys.Standby> next = standbys.more(pool, now, ready);
    decideNanos += System.nanoTime() - begin;
    next.forEach(standby -> inputs.bring(standby.step(), standby.agent()));
  }

  private void begin(Decision decision) {
    int step = decision.step();
    Decision.Candidate chosen = decision.chosen();
    ready.remove(new ReadyStep(step, LINUX, ranks[step], 0, Inputs.NOTHING));
    standbys.remove(step);
    placements++;
    AgentLoad agent = pool.agent(chosen.agent()).orElseThrow();
    if (agent.ends().size() == agent.capacity()) {
      throw new IllegalStateException(chosen.agent() + " has no place");
    }
    List<Double> running = new ArrayList<>(agent.ends());
    running.add(now + chosen.move().seconds() + chosen.runSeconds());
    pool.put(agent.running(running));
    double moving = inputs.bring(step, agent.name());
    after(moving + steps.get(step).seconds, () -> ended(step, agent.name()));
    expected.put(step, running.get(running.size() - 1));
  }

  private void ended(int step, String where) {
    lastEnd = now;
    AgentLoad agent = pool.agent(where).orElseThrow();
    List<Double> running = new ArrayList<>(agent.ends());
    running.remove(expected.remove(step));
    pool.put(agent.running(running));
    inputs.made(step, where);
    for (int next : after.get(step)) {
      if (--missing[next] == 0) {
        ready(next);
      } else {
        inputs.arrived(next);
      }
    }
  }
}
