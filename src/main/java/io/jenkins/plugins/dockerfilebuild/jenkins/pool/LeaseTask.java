package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.AccessControlled;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.springframework.security.core.Authentication;

/**
 * A lease as it stands in the queue. Public and readable by whoever may read the build: otherwise
 * the queue hides it, and its REST API breaks for everyone. Two leases of the same build are two
 * tasks, so equality is identity. It is not kept over a restart; the build asks again.
 */
@ExportedBean
public final class LeaseTask implements Queue.TransientTask, AccessControlled {

  private final Lease lease;
  private final Label label;

  /** Another step of the build may take what one has asked for. */
  private volatile Purpose purpose;

  /**
   * What an executor is for.
   *
   * @param name of the step, for people
   * @param authentication that the build runs with; agents may be closed to others
   */
  record Purpose(Run<?, ?> run, String name, Authentication authentication) {}

  LeaseTask(Lease lease, Purpose purpose, Label label) {
    this.lease = lease;
    this.purpose = purpose;
    this.label = label;
  }

  Lease lease() {
    return lease;
  }

  void serve(Purpose other) {
    purpose = other;
  }

  boolean isFor(Run<?, ?> run) {
    return purpose.run.equals(run);
  }

  @Override
  @Exported
  public String getName() {
    return purpose.name;
  }

  @Override
  public String getDisplayName() {
    return getFullDisplayName();
  }

  @Override
  @Exported
  public String getFullDisplayName() {
    return purpose.run.getFullDisplayName() + ": " + purpose.name;
  }

  @Override
  @Exported
  public String getUrl() {
    return purpose.run.getUrl();
  }

  @Override
  public Label getAssignedLabel() {
    return label;
  }

  @Override
  public Queue.Executable createExecutable() {
    return new LeaseExecutable(this);
  }

  @Override
  public Queue.Task getOwnerTask() {
    return purpose.run.getParent() instanceof Queue.Task job ? job : this;
  }

  @Override
  public Queue.Executable getOwnerExecutable() {
    return purpose.run instanceof Queue.Executable build ? build : null;
  }

  @Override
  public Authentication getDefaultAuthentication2() {
    return purpose.authentication;
  }

  @Override
  public Authentication getDefaultAuthentication2(Queue.Item item) {
    return purpose.authentication;
  }

  /** Several steps of a build wait at once. */
  @Override
  public boolean isConcurrentBuild() {
    return true;
  }

  @Override
  public ACL getACL() {
    return purpose.run.getACL();
  }

  @Override
  public void checkAbortPermission() {
    purpose.run.checkPermission(hudson.model.Item.CANCEL);
  }

  @Override
  public boolean hasAbortPermission() {
    return purpose.run.hasPermission(hudson.model.Item.CANCEL);
  }
}
