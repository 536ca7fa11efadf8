package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes agents that are lost out of the pool, and tells so once. When something fails between two
 * agents, or because of an image, whose fault it was is found out by asking. Thread-safe.
 */
final class LostAgents {

  private final AgentPool pool;
  private final Progress progress;
  private final Set<Agent> lost = ConcurrentHashMap.newKeySet();

  LostAgents(AgentPool pool, Progress progress) {
    this.pool = pool;
    this.progress = progress;
  }

  /** The agent is not used any more in this build. */
  void lose(Agent agent, Optional<Integer> step, String reason) {
    pool.lose(agent);
    if (lost.add(agent)) {
      String message = "agent " + agent + " is lost: " + reason;
      progress.tell(at -> new BuildEvent.Notice(at, step, message));
    }
  }

  /** Whether an image is there now; an agent that cannot say holds nothing and is lost. */
  boolean holds(Agent agent, String imageId) {
    if (lost.contains(agent)) {
      return false;
    }
    try {
      return agent.services().holdsImage(imageId);
    } catch (AgentLostException e) {
      lose(agent, Optional.empty(), e.getMessage());
      return false;
    }
  }
}
