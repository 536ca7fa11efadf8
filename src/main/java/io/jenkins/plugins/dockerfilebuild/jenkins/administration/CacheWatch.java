package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import hudson.Extension;
import hudson.model.PeriodicWork;
import java.util.concurrent.TimeUnit;

/** Where there is a limit, has agents asked now and then how much they keep. */
@Extension
public final class CacheWatch extends PeriodicWork {

  /** Long enough that a controller which starts has its agents back. */
  private static final long DELAY_MILLIS = TimeUnit.MINUTES.toMillis(10);

  private static final long PERIOD_MILLIS = TimeUnit.HOURS.toMillis(1);

  @Override
  public long getRecurrencePeriod() {
    return PERIOD_MILLIS;
  }

  @Override
  public long getInitialDelay() {
    return DELAY_MILLIS;
  }

  /** Returns at once: agents answer in the background. */
  @Override
  protected void doRun() {
    if (DockerfileBuildGlobalConfiguration.get().getCacheLimitGigabytes() > 0) {
      PoolCaches.get().refresh(DELAY_MILLIS * 1_000_000);
    }
  }
}
