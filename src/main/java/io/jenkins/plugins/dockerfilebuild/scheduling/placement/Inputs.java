package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import java.util.Collection;
import java.util.List;

/** What a step needs on the agent that runs it, and where that lies. */
public interface Inputs {

  /** Of a step that needs nothing. */
  Inputs NOTHING =
      new Inputs() {
        @Override
        public Collection<String> holders() {
          return List.of();
        }

        @Override
        public Move moveTo(String agent) {
          return Move.NONE;
        }
      };

  /**
   * The agents that hold a part of it, each once. Agents that are not named here are taken to lack
   * all of it, so only few of them are looked at.
   */
  Collection<String> holders();

  /** What this agent lacks. Asked often: it must not call an agent. */
  Move moveTo(String agent);
}
