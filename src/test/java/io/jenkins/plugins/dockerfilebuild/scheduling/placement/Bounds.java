package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Simulation.Step;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What no schedule is shorter than, in seconds, even if nothing had to be moved.
 *
 * @param plain the critical path, or all work over all places
 * @param earliestStart the same and more: however many places there are, no step begins before the
 *     longest way to it has passed. So at every time t at least that work is left which would be
 *     left if each step had begun that early, and it takes its share of all places after t. (With
 *     the latest ends as well it is the bound of Fernandez and Bussell, "Bounds on the number of
 *     processors and time for multiprocessor optimal schedules", 1973; on these graphs those add
 *     nothing.)
 */
public record Bounds(double plain, double earliestStart) {

  /** Of steps on a number of places. */
  static Bounds of(List<Step> steps, int places) {
    double work = steps.stream().mapToDouble(Step::seconds).sum();
    TreeMap<Double, Integer> begun = earliest(steps);
    double left = work;
    double bound = 0;
    double before = 0;
    int active = 0;
    for (Map.Entry<Double, Integer> change : begun.entrySet()) {
      double now = change.getKey();
      left -= active * (now - before);
      bound = Math.max(bound, now + left / places);
      active += change.getValue();
      before = now;
    }
    return new Bounds(Math.max(before, work / places), bound);
  }

  /** With places for all: time → how many steps more run from then on. */
  private static TreeMap<Double, Integer> earliest(List<Step> steps) {
    double[] ends = new double[steps.size()];
    TreeMap<Double, Integer> changes = new TreeMap<>();
    for (int i = 0; i < ends.length; i++) {
      double begin = 0;
      for (int before : steps.get(i).before()) {
        begin = Math.max(begin, ends[before]);
      }
      ends[i] = begin + steps.get(i).seconds();
      changes.merge(begin, 1, Integer::sum);
      changes.merge(ends[i], -1, Integer::sum);
    }
    return changes;
  }
}
