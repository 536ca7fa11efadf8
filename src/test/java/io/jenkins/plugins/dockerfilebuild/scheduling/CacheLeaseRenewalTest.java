package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Lease;
import io.jenkins.plugins.dockerfilebuild.coordination.CoordinationException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When leases are renewed. */
class CacheLeaseRenewalTest {

  private final List<String> renewals = new ArrayList<>();
  private final ManualTimer timer = new ManualTimer();

  /** Does the next task when it is told to: by the machine's time, tasks that are late overtake. */
  private static final class ManualTimer extends ScheduledThreadPoolExecutor {

    private record Task(Runnable work, long atMillis, ScheduledFuture<?> handle) {}

    private final List<Task> tasks = new ArrayList<>();
    private long nowMillis;

    private ManualTimer() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
      ScheduledFuture<?> handle = super.schedule(() -> {}, 1, TimeUnit.DAYS);
      tasks.add(new Task(work, nowMillis + unit.toMillis(delay), handle));
      return handle;
    }

    private void doNext() {
      tasks.removeIf(task -> task.handle.isCancelled());
      Task next = tasks.stream().min(Comparator.comparingLong(Task::atMillis)).orElseThrow();
      tasks.remove(next);
      nowMillis = next.atMillis;
      next.work.run();
    }
  }

  @Test
  void aLeaseThatCouldNotBeRenewedIsTriedAgainBeforeItsNextTurn() {
    try (CacheLeaseRenewal renewal = new CacheLeaseRenewal(timer)) {
      renewal.add(new Renewed("sound", 0));
      renewal.add(new Renewed("cut off", 2));
      for (int i = 0; i < 5; i++) {
        timer.doNext();
      }
    }

    assertThat(renewals).containsExactly("sound", "cut off", "cut off", "cut off", "sound");
  }

  @Test
  void aLeaseThatWasLetGoIsNotRenewed() {
    try (CacheLeaseRenewal renewal = new CacheLeaseRenewal(timer)) {
      Lease gone = new Renewed("gone", 0);
      renewal.add(gone);
      renewal.release(gone);
      renewal.add(new Renewed("sound", 0));

      timer.doNext();
    }
    assertThat(renewals).containsExactly("sound");
  }

  /** Tells when it is renewed, and fails the first times. */
  private final class Renewed implements Lease {

    private final String name;
    private int failures;

    Renewed(String name, int failures) {
      this.name = name;
      this.failures = failures;
    }

    @Override
    public boolean renew() {
      renewals.add(name);
      if (failures-- > 0) {
        throw new CoordinationException("the cluster does not answer", null);
      }
      return true;
    }

    @Override
    public long token() {
      return 1;
    }

    @Override
    public long waitMillis() {
      return 0;
    }

    @Override
    public long lifetimeMillis() {
      return 6_000;
    }

    @Override
    public void close() {}
  }
}
