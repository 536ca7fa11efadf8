package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.TaskListener;
import hudson.slaves.ComputerListener;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Connects an agent's engine as soon as the agent is online, if it was used before: that removes
 * containers which a lost channel or a killed agent left behind, and makes the first step quick.
 */
@Extension
public final class EngineReaper extends ComputerListener {

  private static final Logger LOGGER = Logger.getLogger(EngineReaper.class.getName());

  /** Must not hold up the agent, which waits for it to be online. */
  @Override
  public void onOnline(Computer computer, TaskListener listener) {
    Computer.threadPoolForRemoting.execute(() -> connect(computer));
  }

  private static void connect(Computer computer) {
    try {
      if (AgentConnections.wasUsed(computer)) {
        AgentConnections.connect(computer).services().close();
      }
    } catch (UnusableAgentException e) {
      LOGGER.log(Level.FINE, e, () -> "no clean-up on " + AgentConnections.name(computer));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
