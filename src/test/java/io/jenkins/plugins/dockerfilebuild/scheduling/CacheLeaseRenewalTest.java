package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Lease;
import io.jenkins.plugins.dockerfilebuild.coordination.CoordinationException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When leases are renewed. */
@Timeout(60)
class CacheLeaseRenewalTest {

  private final BlockingQueue<String> renewals = new LinkedBlockingQueue<>();

  @Test
  void aLeaseThatCouldNotBeRenewedIsTriedAgainBeforeItsNextTurn() throws InterruptedException {
    List<String> order = new ArrayList<>();
    try (CacheLeaseRenewal renewal = new CacheLeaseRenewal()) {
      renewal.add(new Renewed("sound", 0));
      renewal.add(new Renewed("cut off", 2));
      for (int i = 0; i < 5; i++) {
        order.add(renewals.poll(30, TimeUnit.SECONDS));
      }
    }

    assertThat(order).containsExactly("sound", "cut off", "cut off", "cut off", "sound");
  }

  @Test
  void aLeaseThatWasLetGoIsNotRenewed() throws InterruptedException {
    try (CacheLeaseRenewal renewal = new CacheLeaseRenewal()) {
      Lease gone = new Renewed("gone", 0);
      renewal.add(gone);
      renewal.release(gone);
      renewal.add(new Renewed("sound", 0));

      assertThat(renewals.poll(30, TimeUnit.SECONDS)).isEqualTo("sound");
    }
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
