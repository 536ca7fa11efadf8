package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.PeriodicWork;
import io.jenkins.plugins.dockerfilebuild.jenkins.cluster.PoolCoordination;
import java.util.concurrent.TimeUnit;

/** Looks after the cluster's members for {@link ClusterMonitor}. */
@Extension
public final class ClusterWatch extends PeriodicWork {

  @Override
  public long getRecurrencePeriod() {
    return TimeUnit.MINUTES.toMillis(1);
  }

  /** Name servers may be slow, and all periodic work of Jenkins shares few threads. */
  @Override
  protected void doRun() {
    Computer.threadPoolForRemoting.execute(PoolCoordination.get()::look);
  }
}
