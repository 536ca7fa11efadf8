package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A build of a made-up graph on made-up agents, by the code that places the steps of real builds.
 * Time is a number: an hour of the pool takes as long as its decisions take. What differs from the
 * expected is the real duration of each step, by up to a quarter.
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

    private Move move(long bytes) {
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
   * @param lowerBound no schedule is shorter: the critical path, or all work over all places
   * @param releasedBound no schedule is shorter than this either, which also knows that some work
   *     cannot begin before other work has ended
   * @param calls of {@link Placement#decide}
   * @param decideNanos spent in them
   */
  public record Result(
      double makespan,
      double lowerBound,
      double releasedBound,
      int placements,
      int calls,
      long decideNanos,
      long bytesMoved) {

    public double ratio() {
      return makespan / lowerBound;
    }

    public double ratioToReleased() {
      return makespan / Math.max(lowerBound, releasedBound);
    }
  }

  private record End(double at, int step, String agent) {}

  private final List<Step> steps;
  private final Network network;
  private final PoolLoad pool = new PoolLoad();
  private final int places;
  private final double[] ranks;

  private final int[] missing;
  private final List<List<Integer>> after = new ArrayList<>();

  /** Which agents hold the result of a step: the one that made it, and those it was brought to. */
  private final List<Set<String>> holders = new ArrayList<>();

  /** When each step that runs is expected to end. */
  private final Map<Integer, Double> expected = new HashMap<>();

  private final TreeSet<ReadyStep> ready = new TreeSet<>(ReadyStep.URGENT_FIRST);
  private final PriorityQueue<End> ends =
      new PriorityQueue<>(
          (a, b) -> a.at != b.at ? Double.compare(a.at, b.at) : Integer.compare(a.step, b.step));

  private double now = 0;
  private int calls = 0;
  private int placements = 0;
  private long decideNanos = 0;
  private long bytesMoved = 0;

  public Simulation(List<Step> steps, int agents, int capacity) {
    this(steps, agents, capacity, Network.REAL);
  }

  public Simulation(List<Step> steps, int agents, int capacity, Network network) {
    this.steps = List.copyOf(steps);
    this.network = network;
    for (int i = 0; i < agents; i++) {
      pool.put(new AgentLoad("agent-" + i, LINUX, capacity, List.of()));
    }
    this.places = agents * capacity;
    this.missing = new int[steps.size()];
    for (int i = 0; i < steps.size(); i++) {
      after.add(new ArrayList<>());
      holders.add(new TreeSet<>());
      missing[i] = steps.get(i).before.size();
      for (int before : steps.get(i).before) {
        after.get(before).add(i);
      }
    }
    this.ranks = ranks(Step::expectedSeconds);
  }

  private double[] ranks(java.util.function.ToDoubleFunction<Step> seconds) {
    return CriticalPath.ranks(
        steps.size(),
        i -> steps.get(i).before,
        i -> seconds.applyAsDouble(steps.get(i)),
        i -> true);
  }

  /** Builds all of it. */
  public Result run() {
    for (int i = 0; i < steps.size(); i++) {
      if (missing[i] == 0) {
        ready(i);
      }
    }
    place();
    while (!ends.isEmpty()) {
      now = ends.peek().at;
      while (!ends.isEmpty() && ends.peek().at == now) {
        ended(ends.remove());
      }
      place();
    }
    return new Result(
        now, lowerBound(), releasedBound(), placements, calls, decideNanos, bytesMoved);
  }

  private double lowerBound() {
    double longest = 0;
    for (double rank : ranks(Step::seconds)) {
      longest = Math.max(longest, rank);
    }
    double work = steps.stream().mapToDouble(Step::seconds).sum();
    return Math.max(longest, work / places);
  }

  /**
   * The longest way to a step is the earliest time at which it can begin, on any number of places.
   * So for every time, the work that cannot begin before it takes its share of all places after it.
   */
  private double releasedBound() {
    double[] earliest = new double[steps.size()];
    TreeMap<Double, Double> work = new TreeMap<>();
    for (int i = 0; i < steps.size(); i++) {
      for (int before : steps.get(i).before) {
        earliest[i] = Math.max(earliest[i], earliest[before] + steps.get(before).seconds);
      }
      work.merge(earliest[i], steps.get(i).seconds, Double::sum);
    }
    double bound = 0;
    double after = 0;
    for (Map.Entry<Double, Double> at : work.descendingMap().entrySet()) {
      after += at.getValue();
      bound = Math.max(bound, at.getKey() + after / places);
    }
    return bound;
  }

  private void ready(int step) {
    ready.add(
        new ReadyStep(
            step, LINUX, ranks[step], steps.get(step).expectedSeconds, new Results(step)));
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
  }

  private void begin(Decision decision) {
    int step = decision.step();
    Decision.Candidate chosen = decision.chosen();
    ready.remove(new ReadyStep(step, LINUX, ranks[step], 0, Inputs.NOTHING));
    steps.get(step).before.forEach(before -> holders.get(before).add(chosen.agent()));
    bytesMoved += chosen.move().bytes();
    placements++;
    AgentLoad agent = pool.agent(chosen.agent()).orElseThrow();
    if (agent.ends().size() == agent.capacity()) {
      throw new IllegalStateException(chosen.agent() + " has no place");
    }
    List<Double> running = new ArrayList<>(agent.ends());
    running.add(now + chosen.move().seconds() + chosen.runSeconds());
    pool.put(agent.running(running));
    ends.add(new End(now + chosen.move().seconds() + steps.get(step).seconds, step, agent.name()));
    expected.put(step, running.get(running.size() - 1));
  }

  private void ended(End end) {
    AgentLoad agent = pool.agent(end.agent).orElseThrow();
    List<Double> running = new ArrayList<>(agent.ends());
    running.remove(expected.remove(end.step));
    pool.put(agent.running(running));
    holders.get(end.step).add(end.agent);
    for (int next : after.get(end.step)) {
      if (--missing[next] == 0) {
        ready(next);
      }
    }
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
      for (int before : steps.get(step).before) {
        all.addAll(holders.get(before));
      }
      return all;
    }

    @Override
    public Move moveTo(String agent) {
      Move move = Move.NONE;
      for (int before : steps.get(step).before) {
        if (!holders.get(before).contains(agent)) {
          long bytes = steps.get(before).bytes;
          move = move.plus(network.move(bytes));
        }
      }
      return move;
    }
  }

  /** Makes graphs; the same seed makes the same graph. */
  public static final class Graphs {

    private final Random random;
    private final List<Step> steps = new ArrayList<>();

    public Graphs(long seed) {
      this.random = new Random(seed);
    }

    /** Many short stages beside one another. */
    public List<Step> wide(int count) {
      return chains(count, 5);
    }

    /** Long stages beside one another. */
    public List<Step> chains(int count, int length) {
      while (steps.size() < count) {
        chain(Math.min(length, count - steps.size()), List.of());
      }
      return steps;
    }

    /**
     * A repository of many services: a common base, libraries on it, services of different length
     * that copy from a library, and tests that need three services each.
     */
    public List<Step> monorepo(int count) {
      int base = chain(4, List.of());
      List<Integer> libraries = new ArrayList<>();
      for (int i = 0; i < count / 100; i++) {
        libraries.add(chain(3, List.of(base)));
      }
      List<Integer> services = new ArrayList<>();
      while (steps.size() < count * 9 / 10) {
        int library = libraries.get(random.nextInt(libraries.size()));
        services.add(chain(2 + random.nextInt(9), List.of(base, library)));
      }
      while (steps.size() < count) {
        add(List.of(any(services), any(services), any(services)));
      }
      return steps;
    }

    private int any(List<Integer> from) {
      return from.get(random.nextInt(from.size()));
    }

    private int chain(int length, List<Integer> first) {
      List<Integer> before = first;
      for (int i = 0; i < length; i++) {
        before = List.of(add(before));
      }
      return before.get(0);
    }

    /** Most steps are short and make little; a few are long and make much. */
    private int add(List<Integer> before) {
      double seconds = Math.min(120, 8 * Math.exp(random.nextGaussian() * 0.8));
      double real = seconds * (0.75 + random.nextDouble() / 2);
      long bytes = (long) Math.min(500e6, 5e6 * Math.exp(random.nextGaussian() * 1.5));
      steps.add(new Step(before.stream().distinct().toList(), seconds, real, bytes));
      return steps.size() - 1;
    }
  }
}
