package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import hudson.model.Executor;
import hudson.model.Queue;
import hudson.security.ACL;
import hudson.security.AccessControlled;
import java.util.Optional;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * A lease on its executor, as the executor's widget and its REST API show it; public and readable
 * for the reason that {@link LeaseTask} gives.
 */
@ExportedBean
public final class LeaseExecutable implements Queue.Executable, AccessControlled {

  private final LeaseTask task;

  LeaseExecutable(LeaseTask task) {
    this.task = task;
  }

  @Override
  public LeaseTask getParent() {
    return task;
  }

  @Override
  public Queue.Executable getParentExecutable() {
    return task.getOwnerExecutable();
  }

  /** Frees the thread at once and keeps the executor until the step on it has ended. */
  @Override
  public void run() {
    Optional<LeaseExecution> execution = task.lease().begin(Executor.currentExecutor());
    if (execution.isPresent()) {
      throw execution.get();
    }
  }

  @Exported
  public String getUrl() {
    return task.getUrl();
  }

  @Exported
  public String getDisplayName() {
    return task.getName();
  }

  @Exported
  public String getFullDisplayName() {
    return task.getFullDisplayName();
  }

  @Override
  public ACL getACL() {
    return task.getACL();
  }

  @Override
  public String toString() {
    return task.getFullDisplayName();
  }
}
