package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import jenkins.model.queue.AsynchronousExecution;

/** Keeps an executor without a thread of its own while the build runs a step on its agent. */
final class LeaseExecution extends AsynchronousExecution {

  private static final long serialVersionUID = 1L;

  private final transient Lease lease;

  LeaseExecution(Lease lease) {
    this.lease = lease;
  }

  /** At a shutdown the build itself decides; it goes on after the restart. */
  @Override
  public void interrupt(boolean forShutdown) {
    if (!forShutdown) {
      lease.interrupt();
    }
  }

  /** The build goes on after a restart: what was finished is found again. */
  @Override
  public boolean blocksRestart() {
    return false;
  }

  @Override
  public boolean displayCell() {
    return true;
  }
}
