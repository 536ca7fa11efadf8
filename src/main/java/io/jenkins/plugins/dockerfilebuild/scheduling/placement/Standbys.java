package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Steps that stand by: each is likely to be the next one of an agent that has no place yet but soon
 * will. What the step needs is brought there meanwhile, so that the place need not wait for it.
 * Nothing is promised: {@link Placement} decides when the place is free, and sees what lies where.
 *
 * <p>One step stands by at an agent, the most urgent of those that do not stand by elsewhere; and
 * none where a step waits that goes ahead there anyway, as its inputs lie there ({@link
 * Placement#NEARLY}): what is brought beside that is mostly brought in vain. Not thread-safe.
 */
public final class Standbys {

  /** Bringing begins so much earlier than it must, as ends are guesses. */
  static final double SPARE_SECONDS = 0.5;

  /** In a large pool places become free many times within this, for which nobody needs to look. */
  static final double PAUSE_SECONDS = 0.1;

  /** Agents that are looked at in one call, those with the next free place. */
  static final int AGENTS = 32;

  /** Steps for which an agent is looked for in one call. */
  static final int STEPS = 16;

  private final Map<Integer, String> agents = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private double looked = Double.NEGATIVE_INFINITY;

  /** A step that stands by, and where. */
  public record Standby(int step, String agent) {}

  /** An agent at which a step could stand by, and what bringing its inputs there takes. */
  private record Chance(AgentLoad agent, double moveSeconds) {}

  /**
   * Has more steps stand by, where bringing their inputs takes about as long as the wait for a
   * place.
   *
   * @param now seconds on the clock of the ends in {@code pool}
   * @param urgentFirst steps that have no place; read only as far as needed
   * @return those that did not stand by before
   */
  public List<Standby> more(PoolLoad pool, double now, Iterable<ReadyStep> urgentFirst) {
    if (now - looked < PAUSE_SECONDS) {
      return List.of();
    }
    looked = now;
    List<AgentLoad> soonFree = new ArrayList<>(pool.fullSoonestFirst(AGENTS, taken));
    List<Standby> more = new ArrayList<>();
    int steps = 0;
    for (ReadyStep step : urgentFirst) {
      if (soonFree.isEmpty() || steps == STEPS) {
        break;
      }
      if (!agents.containsKey(step.id())) {
        steps++;
        choose(soonFree, now, step, urgentFirst)
            .ifPresent(agent -> more.add(add(step.id(), agent.name())));
      }
    }
    return more;
  }

  /** Takes agents out of {@code soonFree}: the chosen one, and those that need no step. */
  private static Optional<AgentLoad> choose(
      List<AgentLoad> soonFree, double now, ReadyStep step, Iterable<ReadyStep> urgentFirst) {
    Optional<Chance> best = best(soonFree, now, step);
    while (best.isPresent()) {
      AgentLoad agent = best.get().agent;
      soonFree.remove(agent);
      if (best.get().moveSeconds == 0) {
        return Optional.empty();
      }
      if (!Placement.someoneIsAtHand(agent, urgentFirst)) {
        return Optional.of(agent);
      }
      best = best(soonFree, now, step);
    }
    return Optional.empty();
  }

  /** Where the step could begin first; of such agents the one to which least has to move. */
  private static Optional<Chance> best(List<AgentLoad> soonFree, double now, ReadyStep step) {
    Optional<Chance> best = Optional.empty();
    double least = Double.POSITIVE_INFINITY;
    for (AgentLoad agent : soonFree) {
      double wait = Math.max(0, agent.firstEnd() - now);
      if (wait >= least) {
        break;
      }
      if (agent.offers().containsAll(step.requires())) {
        double move = step.inputs().moveTo(agent.name()).seconds();
        double cost = Math.max(wait, move) + move;
        if (wait <= SPARE_SECONDS + move && cost < least) {
          best = Optional.of(new Chance(agent, move));
          least = cost;
        }
      }
    }
    return best;
  }

  private Standby add(int step, String agent) {
    agents.put(step, agent);
    taken.add(agent);
    return new Standby(step, agent);
  }

  /** The step has a place, or wants none any more. */
  public void remove(int step) {
    Optional.ofNullable(agents.remove(step)).ifPresent(taken::remove);
  }

  /** The agent is gone; a step that stood by there may do so elsewhere. */
  public void lose(String agent) {
    if (taken.remove(agent)) {
      agents.values().remove(agent);
    }
  }
}
