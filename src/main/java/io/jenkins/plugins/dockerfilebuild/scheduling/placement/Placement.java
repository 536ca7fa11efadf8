package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import static java.util.stream.Collectors.toSet;

import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Decision.Candidate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

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
 * <p>Where steps outnumber the places that are free, those whose inputs lie at such a place go
 * ahead of a few that are little more urgent: what a step waits there for its inputs, nothing else
 * can use. Delay scheduling does the same for map tasks (Zaharia et al., EuroSys 2010); here a step
 * is only passed over where the next place of the pool is sooner free than its inputs would have
 * come.
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

  /**
   * A step that is at hand goes ahead of one of up to this much greater rank: enough for the next
   * step of a stage to follow on the last, though each step of a stage has less rank than the one
   * before it. In a simulated monorepo 0.05 moved a third more, 0.5 hardly less.
   */
  static final double NEARLY = 0.2;

  private static final Comparator<Candidate> SOONEST =
      Comparator.comparingDouble(Candidate::finishSeconds);

  private Placement() {}

  /**
   * Decides until no agent has room or all steps have been looked at.
   *
   * @param now seconds on the clock of the ends in {@code pool}
   * @param urgentFirst in the order of {@link ReadyStep#URGENT_FIRST}; read only as far as needed
   * @return decisions on steps that begin now and on steps for which it pays to wait, first on
   *     those that went ahead, then in that order; steps that no agent has room for, or that none
   *     can run, are not among them
   */
  public static List<Decision> decide(PoolLoad pool, double now, Iterable<ReadyStep> urgentFirst) {
    PoolSketch sketch = new PoolSketch(pool, now);
    List<Decision> decisions = goAhead(sketch, urgentFirst);
    Set<Integer> ahead = decisions.stream().map(Decision::step).collect(toSet());
    int waiting = 0;
    for (ReadyStep step : urgentFirst) {
      if (!sketch.hasRoom() || waiting >= WAITING) {
        break;
      }
      if (!ahead.contains(step.id())) {
        Optional<Decision> decision = place(sketch, step);
        decision.ifPresent(decisions::add);
        waiting += decision.isEmpty() || decision.get().beginsNow() ? 0 : 1;
      }
    }
    return decisions;
  }

  /** Places the steps that go ahead of more urgent ones, and those that are the most urgent. */
  private static List<Decision> goAhead(PoolSketch sketch, Iterable<ReadyStep> urgentFirst) {
    List<Decision> decisions = new ArrayList<>();
    double patience = sketch.secondsToNextPlace();
    for (ReadyStep step : (Iterable<ReadyStep>) foremost(urgentFirst)::iterator) {
      if (!sketch.hasRoom() || sketch.freePlaces() > IDLE) {
        break;
      }
      double move = sketch.leastMoveSeconds(step, IDLE);
      if (move == 0) {
        place(sketch, step).ifPresent(decisions::add);
      } else if (move < patience) {
        break;
      }
    }
    return decisions;
  }

  /** Whether a step waits that goes ahead of more urgent ones once the agent has a place for it. */
  static boolean someoneIsAtHand(AgentLoad agent, Iterable<ReadyStep> urgentFirst) {
    return foremost(urgentFirst)
        .filter(step -> agent.offers().containsAll(step.requires()))
        .anyMatch(step -> step.inputs().moveTo(agent.name()).seconds() == 0);
  }

  /** The most urgent step, and those that may go ahead of it. */
  private static Stream<ReadyStep> foremost(Iterable<ReadyStep> urgentFirst) {
    Iterator<ReadyStep> steps = urgentFirst.iterator();
    if (!steps.hasNext()) {
      return Stream.empty();
    }
    double leastRank = steps.next().rankSeconds() * (1 - NEARLY);
    return StreamSupport.stream(urgentFirst.spliterator(), false)
        .limit(WAITING)
        .takeWhile(step -> step.rankSeconds() >= leastRank);
  }

  /** Empty if no agent that could run the step has room. */
  private static Optional<Decision> place(PoolSketch sketch, ReadyStep step) {
    List<Candidate> candidates = candidates(sketch, step);
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    Decision decision = new Decision(step.id(), step.rankSeconds(), candidates);
    Candidate chosen = decision.chosen();
    sketch.reserve(chosen.agent(), chosen.move().seconds() + chosen.runSeconds());
    return Optional.of(decision);
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
