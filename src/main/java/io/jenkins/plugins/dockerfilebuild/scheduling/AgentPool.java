package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Decision;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.ReadyStep;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The agents of one build and the places on them where steps run. Agents may come while the build
 * runs, and a place may have to be waited for: in Jenkins it is an executor. Used for one build.
 * Thread-safe.
 */
public interface AgentPool {

  /**
   * The agents that are known now, lost ones left out. The final image is made on the first, where
   * the user will look for it, but see {@link #keepsNamelessOnFirst}.
   */
  List<Agent> agents();

  /**
   * Whether the user looks on the first agent also for an image without a name. Where agents are
   * nobody's in particular, such an image is known by its id alone, and the build says where it is.
   */
  default boolean keepsNamelessOnFirst() {
    return true;
  }

  /**
   * Agents that give cache directories that they hold: also those on which no step of this build
   * may run, such as those without its label. A label says where steps run, not what they may know.
   */
  default List<Agent> lenders() {
    return agents();
  }

  /** Agents that take results ahead of the steps that will need them, while no step runs there. */
  default List<Agent> receivers() {
    return agents();
  }

  /** This build, as users of other builds that wait for it should read it. */
  default String build() {
    return "a build";
  }

  /**
   * Waits for a place.
   *
   * @return empty when no agent is left
   */
  Optional<Place> claim(Claim claim) throws InterruptedException;

  /** Whether some agent offers all of this, or one that does may still come. */
  default boolean mayOffer(Set<String> required) {
    return agents().stream().anyMatch(agent -> agent.offers().containsAll(required));
  }

  /** Takes an agent out of the pool for the rest of the build. */
  void lose(Agent agent);

  /**
   * What a place is wanted for.
   *
   * @param text the instruction as the user wrote it
   * @param wanted its id is the step's index in the plan
   * @param told what it waits for, in words for the user, where others have the places
   * @param standby is told an agent whose next place is likely to be the step's, so that its inputs
   *     may come there; must not wait
   */
  record Claim(String text, ReadyStep wanted, Consumer<String> told, Consumer<Agent> standby) {

    /** One whose wait is told to nobody. */
    public Claim(String text, ReadyStep wanted) {
      this(text, wanted, waits -> {}, agent -> {});
    }

    /** The step's index in the plan. */
    public int step() {
      return wanted.id();
    }

    /** Whether the agent offers what the step requires. */
    public boolean fits(Agent agent) {
      return agent.offers().containsAll(wanted.requires());
    }

    /** What it takes to bring everything that the step needs to an agent. */
    public double moveSeconds(Agent agent) {
      return wanted.inputs().moveTo(agent.name()).seconds();
    }
  }

  /** A place on an agent, held until closed. */
  interface Place extends AutoCloseable {

    Agent agent();

    /**
     * The command of the step has ended well, and its result is being kept. A pool in which a place
     * is no more than a number may let another step begin already.
     */
    default void commandEnded() {}

    /** Whether steps of the build wait now that are likely to take this place after its step. */
    default boolean isWanted() {
      return false;
    }

    /** Why it is this agent, where that was weighed. */
    default Optional<Decision> decision() {
      return Optional.empty();
    }

    /** Lets it go; also after {@link #commandEnded}. */
    @Override
    void close();
  }
}
