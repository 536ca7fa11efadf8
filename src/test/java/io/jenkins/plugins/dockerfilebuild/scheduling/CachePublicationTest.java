package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.BaseVersion;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.coordination.CoordinationException;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A step has changed its cache directory, and the index cannot be reached when it ends. */
class CachePublicationTest {

  private static final CacheKey KEY = new CacheKey("ns", "m2", "linux/amd64", "", 0755, 0, 0);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CacheMoves moves = new CacheMoves(threads);
  private final List<String> notices = new ArrayList<>();
  private final Progress progress =
      new Progress(event -> notices.add(((BuildEvent.Notice) event).message()), System::nanoTime);

  private final CacheReplicas changed =
      answering(
          CacheReplicas.class,
          () ->
              Optional.of(
                  new CacheReplicas.Scan(
                      BaseVersion.NONE, true, Digest.of("manifest"), 1, 1, 0, 1)));
  private final CacheVersions away =
      answering(
          CacheVersions.class,
          () -> {
            throw new CoordinationException("the cluster is away", null);
          });

  private interface Answer {
    Object get();
  }

  private static <T> T answering(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            CachePublicationTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answer.get()));
  }

  private CacheUseOnAgent use() throws InterruptedException {
    CacheDirectoryLeases.Request request =
        new CacheDirectoryLeases.Request(KEY, CacheSharing.SHARED, "a test");
    return new CacheUseOnAgent(
        3,
        KEY,
        TestAgents.answering("agent", 1, (proxy, method, arguments) -> changed),
        Coordination.inMemory().leases().acquire(request, ahead -> {}),
        new CacheReplicas.Use("handle", Optional.empty(), Optional.empty(), true, 0));
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void thatItIsNotPublishedIsTold() throws Exception {
    new CachePublication(away, moves, known -> Optional.empty(), progress).publish(use());

    assertThat(notices)
        .containsExactly("the cache directory m2 is not published: the cluster is away");
  }

  @Test
  void thatAnAgentCannotDoWhatItIsAskedIsTold() throws Exception {
    CacheVersions failing =
        answering(
            CacheVersions.class,
            () -> {
              throw new IllegalStateException("the agent has too much to do");
            });

    new CachePublication(failing, moves, known -> Optional.empty(), progress).publish(use());

    assertThat(notices)
        .containsExactly("the cache directory m2 is not published: the agent has too much to do");
  }

  @Test
  void thatTheVaultDoesNotGetItIsTold() throws Exception {
    CacheHolder vault = CacheHolder.vault("vault", changed);

    new CacheVault(away, moves, vault, progress).keep(use());

    assertThat(notices)
        .containsExactly(
            "the vault does not have the newest version of the cache directory m2:"
                + " the cluster is away");
  }
}
