package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Simulation.Network;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Simulation.Result;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Simulation.Step;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * Prints a Markdown table of simulated builds, for {@code bin/bench placement}: 10,000 steps, three
 * graphs of each shape. One simulation comes before the table, as a JVM compiles what runs often;
 * its figure is told below the table.
 */
final class PlacementBench {

  private static final int STEPS = 10_000;
  private static final long[] SEEDS = {1, 2, 3};

  private PlacementBench() {}

  private record Pool(int agents, int capacity) {
    @Override
    public String toString() {
      return "%,d × %d".formatted(agents, capacity);
    }
  }

  public static void main(String[] none) {
    Map<String, LongFunction<List<Step>>> shapes = new LinkedHashMap<>();
    shapes.put("wide: 2,000 stages of 5", seed -> new Graphs(seed).wide(STEPS));
    shapes.put("chains: 100 stages of 100", seed -> new Graphs(seed).chains(STEPS, 100));
    shapes.put("chains: 500 stages of 20", seed -> new Graphs(seed).chains(STEPS, 20));
    shapes.put("monorepo", seed -> new Graphs(seed).monorepo(STEPS));
    List<Pool> pools =
        List.of(new Pool(1_000, 1), new Pool(1_000, 4), new Pool(100, 2), new Pool(10, 4));
    Result cold = new Simulation(new Graphs(0).wide(STEPS), 1_000, 1).run();
    row(
        "graph",
        "agents × places",
        "bound, s",
        "makespan ÷ bound",
        "÷ earliest-start bound",
        "moved, GB",
        "placements / s");
    row("---", "---", "---", "---", "---", "---", "---");
    shapes.forEach(
        (name, graph) -> pools.forEach(pool -> measure(name, graph, pool, Network.REAL)));
    // What is above the bound there: transfers, which no bound counts, or decisions.
    measure("monorepo, transfers free", shapes.get("monorepo"), new Pool(100, 2), Network.FREE);
    System.out.printf(
        Locale.ROOT,
        "%nPeak of the heap: %.0f MB. In a JVM that had compiled nothing: %,.0f placements / s.%n",
        peakMegabytes(),
        perSecond(cold));
  }

  private static void measure(
      String name, LongFunction<List<Step>> graph, Pool pool, Network network) {
    List<Result> results = new ArrayList<>();
    for (long seed : SEEDS) {
      results.add(new Simulation(graph.apply(seed), pool.agents, pool.capacity, network).run());
    }
    double slowest = results.stream().mapToDouble(PlacementBench::perSecond).min().orElse(0);
    row(
        name,
        pool.toString(),
        range("%.0f", results.stream().mapToDouble(r -> r.bounds().plain()).sorted().toArray()),
        range("%.3f", results.stream().mapToDouble(Result::ratio).sorted().toArray()),
        range("%.3f", results.stream().mapToDouble(Result::ratioToEarliestStart).sorted().toArray()),
        range("%.0f", results.stream().mapToDouble(r -> r.bytesMoved() / 1e9).sorted().toArray()),
        "≥ %,.0f".formatted(slowest));
  }

  private static double perSecond(Result result) {
    return result.placements() * 1e9 / result.decideNanos();
  }

  private static String range(String format, double[] sorted) {
    String least = String.format(Locale.ROOT, format, sorted[0]);
    String most = String.format(Locale.ROOT, format, sorted[sorted.length - 1]);
    return least.equals(most) ? least : least + " – " + most;
  }

  private static void row(String... cells) {
    System.out.println("| " + String.join(" | ", cells) + " |");
  }

  private static double peakMegabytes() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getPeakUsage)
            .mapToLong(usage -> usage.getUsed())
            .sum()
        / 1e6;
  }
}
