package io.jenkins.plugins.dockerfilebuild.execution.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Replicas of cache directories that a caller holds across a link. */
@Timeout(120)
final class RemoteReplicaTest extends LinkFixture {

  private static final CacheKey KEY = new CacheKey("default", "m2", "linux/amd64", "", 0755, 0, 0);

  /** Has one replica, and tells when it is let go. */
  record Replicas(CountDownLatch closed) {
    public CacheReplicas cacheReplicas() {
      return (CacheReplicas)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {CacheReplicas.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("close")) {
                  closed.countDown();
                  return null;
                }
                return new CacheReplicas.Use("1", Optional.empty(), Optional.empty(), true, 5);
              });
    }
  }

  @Test
  void aReplicaStaysOpenUntilItIsClosed() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    CountDownLatch polls = new CountDownLatch(500);
    CacheReplicas replicas = polling(new Replicas(closed), polls).cacheReplicas();

    CacheReplicas.Use use = replicas.open(KEY, CacheSharing.LOCKED, false);

    assertThat(use.waitMillis()).isEqualTo(5);
    // Many leases: they are kept by the polls of the thread that holds it.
    while (closed.getCount() > 0 && !polls.await(10, TimeUnit.MILLISECONDS)) {}
    assertThat(closed.getCount()).isOne();
    replicas.close(use.handle());
    assertThat(closed.getCount()).isZero();
  }

  @Test
  void ofTwoReplicasOfOneHandleTheFirstIsLetGo() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    CacheReplicas replicas = remote(new Replicas(closed)).cacheReplicas();

    CacheReplicas.Use first = replicas.open(KEY, CacheSharing.LOCKED, false);
    CacheReplicas.Use second = replicas.open(KEY, CacheSharing.LOCKED, false);

    assertThat(second.handle()).isEqualTo(first.handle());
    assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aReplicaOfACallerThatIsGoneIsLetGo() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    AgentEndpoint endpoint = forgetful(new Replicas(closed));
    CallerFrame start =
        new CallerFrame.Start("1", new ReplicaCall.Hold(KEY, CacheSharing.LOCKED, false), 0);

    byte[] unused = endpoint.handle(FrameEncoding.of(CallerFrame.class).encode(start));

    assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
  }
}
