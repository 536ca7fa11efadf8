package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Decision.Candidate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides where steps run: each where it is expected to end first, the most urgent first. That is
 * list scheduling by upward rank with the earliest finish time, as in HEFT, but over the steps that
 * are ready now instead of the whole graph in advance: times are guesses, and the next decision is
 * made when the next step has ended.
 *
 * <p>A step may wait for a busy agent where that ends sooner than bringing its inputs to an idle
 * one. What it will take of that agent's time counts for the steps behind it, so that not all of
 * them wait there.
 *
 * <p>Not every agent is looked at for every step: those that hold some of its inputs, and the
 * {@value #IDLE} least loaded of the others, among which only the way from a holder differs.
 */
public final class Placement {

  /** Idle agents that are looked at for a step besides those that hold its inputs. */
  static final int IDLE = 6;

  /** Holders that are looked at; a base image may lie on every agent of a pool. */
  static final int HOLDERS = 16;

  /**
   * Steps that are looked at in one call although they begin nowhere; Slurm's backfill scheduler
   * has such a bound for the same reason (bf_max_job_test).
   */
  static final int WAITING = 256;

  private static final Comparator<Candidate> SOONEST =
      Comparator.comparingDouble(Candidate::finishSeconds);

  private Placement() {}

  /**
   * Decides until no agent has room or all steps have been looked at.
   *
   * @param now seconds on the clock of the ends in {@code pool}
   * @param urgentFirst in the order of {@link ReadyStep#URGENT_FIRST}; read only as far as needed
   * @return decisions in that order, of steps that begin now and of steps for which it pays to
   *     wait; steps that no agent has room for, or that none can run, are not among them
   */
  public static List<Decision> decide(PoolLoad pool, double now, Iterable<ReadyStep> urgentFirst) {
    PoolSketch sketch = new PoolSketch(pool, now);
    List<Decision> decisions = new ArrayList<>();
    int waiting = 0;
    for (ReadyStep step : urgentFirst) {
      if (!sketch.hasRoom() || waiting >= WAITING) {
        break;
      }
      List<Candidate> candidates = candidates(sketch, step);
      if (!candidates.isEmpty()) {
        Decision decision = new Decision(step.id(), step.rankSeconds(), candidates);
        Candidate chosen = decision.chosen();
        sketch.reserve(chosen.agent(), chosen.move().seconds() + chosen.runSeconds());
        decisions.add(decision);
        waiting += decision.beginsNow() ? 0 : 1;
      }
    }
    return decisions;
  }

  /** The best first; none if no agent that could run the step has room. */
  private static List<Candidate> candidates(PoolSketch sketch, ReadyStep step) {
    List<PoolSketch.Seat> idle = sketch.leastLoaded(step.requires(), IDLE);
    if (idle.isEmpty()) {
      return List.of();
    }
    Set<PoolSketch.Seat> seats = new LinkedHashSet<>(idle);
    int holders = 0;
    for (String holder : step.inputs().holders()) {
      if (holders++ == HOLDERS) {
        break;
      }
      sketch.seat(holder, step.requires()).ifPresent(seats::add);
    }
    return seats.stream()
        .sorted(Comparator.comparingInt(PoolSketch.Seat::position))
        .map(seat -> seat.candidate(step))
        .sorted(SOONEST)
        .toList();
  }
}
