package io.jenkins.plugins.dockerfilebuild.scheduling;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The agents of one build and the places on them where steps run. Agents may come while the build
 * runs, and a place may have to be waited for: in Jenkins it is an executor. Used for one build.
 * Thread-safe.
 */
public interface AgentPool {

  /**
   * The agents that are known now, lost ones left out. The final image is made on the first, where
   * the user will look for it.
   */
  List<Agent> agents();

  /**
   * Waits for a place.
   *
   * @return empty when no agent is left
   */
  Optional<Place> claim(Claim claim) throws InterruptedException;

  /** Takes an agent out of the pool for the rest of the build. */
  void lose(Agent agent);

  /**
   * What a place is wanted for.
   *
   * @param step its index in the plan, and {@code text} the instruction as the user wrote it
   * @param moveSeconds what it takes to bring everything that the step needs to an agent
   * @param expectedSeconds how long the step will run, for the claims that come after it
   */
  record Claim(
      int step, String text, ToDoubleFunction<Agent> moveSeconds, double expectedSeconds) {}

  /** A place on an agent, held until closed. */
  interface Place extends AutoCloseable {

    Agent agent();

    @Override
    void close();
  }
}
