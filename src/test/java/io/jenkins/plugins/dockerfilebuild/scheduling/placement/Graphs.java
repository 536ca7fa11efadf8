package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes graphs; the same seed makes the same graph. */
public final class Graphs {

  private final Random random;
  private final List<Simulation.Step> steps = new ArrayList<>();

  public Graphs(long seed) {
    this.random = new Random(seed);
  }

  /** Many short stages beside one another. */
  public List<Simulation.Step> wide(int count) {
    return chains(count, 5);
  }

  /** Long stages beside one another. */
  public List<Simulation.Step> chains(int count, int length) {
    while (steps.size() < count) {
      chain(Math.min(length, count - steps.size()), List.of());
    }
    return steps;
  }

  /**
   * A repository of many services: a common base, libraries on it, services of different length
   * that copy from a library, and tests that need three services each.
   */
  public List<Simulation.Step> monorepo(int count) {
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
    steps.add(new Simulation.Step(before.stream().distinct().toList(), seconds, real, bytes));
    return steps.size() - 1;
  }
}
