package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.model.Computer;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.context.RemoteContextTree;
import io.jenkins.plugins.dockerfilebuild.jenkins.link.WorkspaceContext;
import io.jenkins.plugins.dockerfilebuild.jenkins.pool.AgentConnections;
import java.io.IOException;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The agent that holds the workspace: files of the build context need not leave it. */
record WorkspaceAgent(Computer computer, WorkspaceContext files)
    implements RemoteContextTree.Neighbour {

  private static final Logger LOGGER = Logger.getLogger(WorkspaceAgent.class.getName());

  @Override
  public Set<Digest> store(String agent, Set<Digest> wanted) {
    if (computer == null || !AgentConnections.name(computer).equals(agent) || wanted.isEmpty()) {
      return Set.of();
    }
    try {
      files.store(AgentConnections.dockerHost(computer), wanted);
      return wanted;
    } catch (IOException e) {
      // They are carried instead, which fails for the same reason and tells it.
      LOGGER.log(Level.FINE, "the context cannot be stored where it lies", e);
      return Set.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Set.of();
    }
  }
}
