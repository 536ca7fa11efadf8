package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import hudson.Extension;
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

  @Override
  protected void doRun() {
    PoolCoordination.get().look();
  }
}
