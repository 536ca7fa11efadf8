package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import java.util.Collection;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;

/** How urgent the steps of a graph are. */
public final class CriticalPath {

  private CriticalPath() {}

  /**
   * The upward rank of every step: its own expected time and the longest of what waits for it.
   * (Topcuoglu, Hariri and Wu, "Performance-effective and low-complexity task scheduling for
   * heterogeneous computing", 2002, without the time of transfers, which depends on where steps
   * go.)
   *
   * @param steps their number; a step's predecessors have smaller numbers than it has
   * @param remains false for steps that are done or that nobody needs: they take no time
   * @return seconds by step
   */
  public static double[] ranks(
      int steps,
      IntFunction<? extends Collection<Integer>> predecessors,
      IntToDoubleFunction seconds,
      IntPredicate remains) {
    double[] ranks = new double[steps];
    for (int step = steps - 1; step >= 0; step--) {
      if (remains.test(step)) {
        ranks[step] += seconds.applyAsDouble(step);
        for (int before : predecessors.apply(step)) {
          ranks[before] = Math.max(ranks[before], ranks[step]);
        }
      }
    }
    return ranks;
  }
}
