package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.HostLock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Uses of a cache directory on one agent, one after the other and at once. */
@Timeout(60)
class HostCacheReplicasTest {

  private static final CacheKey KEY = new CacheKey("ns", "m2", "linux/amd64", "", 0755, 0, 0);

  @TempDir private Path root;
  private HostCacheReplicas replicas;

  @BeforeEach
  void open() {
    replicas =
        new HostCacheReplicas(root, new CacheInventory(root, InstantSource.system()), () -> {});
  }

  @Test
  void whoReadsAndLeavesLastFindsWhatAnotherChanged() throws IOException {
    publishFirst();
    CacheReplicas.Use reader = begin(true);
    CacheReplicas.Use writer = begin(false);
    Files.writeString(content().resolve("b"), "two");
    assertThat(replicas.scan(writer.handle())).as("another is in the directory").isEmpty();
    replicas.close(writer.handle());

    CacheReplicas.Scan scan = replicas.scan(reader.handle()).orElseThrow();

    assertThat(scan.changed()).isTrue();
    assertThat(scan.base().number()).isEqualTo(1);
    assertThat(scan.files()).isEqualTo(2);
  }

  @Test
  void whoReadsFindsTheChangesOfTheFirstUseOfADirectoryToo() throws IOException {
    Files.createDirectories(content());
    CacheReplicas.Use reader = begin(true);
    CacheReplicas.Use writer = begin(false);
    Files.writeString(content().resolve("b"), "two");
    replicas.scan(writer.handle());
    replicas.close(writer.handle());

    assertThat(replicas.scan(reader.handle())).map(CacheReplicas.Scan::changed).contains(true);
  }

  @Test
  void whoReadsAloneHasNothingToFindOut() throws IOException {
    CacheReplicas.Use first = begin(true);
    Files.createDirectories(content());
    assertThat(replicas.scan(first.handle())).as("a directory that nobody changed").isEmpty();
    replicas.close(first.handle());
    publishFirst();

    assertThat(replicas.scan(begin(true).handle())).as("a version").isEmpty();
  }

  @Test
  void whatAnAgentHeldBeforeItsMachineStartedAnewIsLookedAtFirst() throws IOException {
    publishFirst();
    assertThat(replicas.open(KEY, CacheSharing.LOCKED, false).held()).isPresent();
    replicas.closeAll();
    Path state = content().resolveSibling("0.replica/state.json");
    String noted = Files.readString(state);
    Files.writeString(state, noted.replaceFirst("\"boot\":\"[^\"]*\"", "\"boot\":\"another\""));

    HostCacheReplicas vault =
        HostCacheReplicas.ofVault(root, new CacheInventory(root, InstantSource.system()));
    assertThat(vault.open(KEY, CacheSharing.LOCKED, false).held()).isPresent();
    vault.closeAll();
    assertThat(replicas.open(KEY, CacheSharing.LOCKED, false).held()).isEmpty();
    assertThat(replicas.inventory()).as("others may have the most of it").hasSize(1);
  }

  @Test
  void aDirectoryThatCannotBeOpenedIsNotHeld() throws IOException {
    publishFirst();
    CacheReplicas.Use killed = begin(false);
    replicas.close(killed.handle());
    HostCacheReplicas withoutEngine =
        new HostCacheReplicas(
            root,
            new CacheInventory(root, InstantSource.system()),
            () -> {
              throw new IOException("the engine is away");
            });

    assertThatThrownBy(() -> withoutEngine.open(KEY, CacheSharing.LOCKED, false))
        .hasMessage("the engine is away");

    assertThat(isFree()).isTrue();
  }

  @Test
  void whoIsInterruptedWhenItsStepBeginsIsNotAloneAnyMore() throws IOException {
    publishFirst();
    CacheReplicas.Use interrupted = replicas.open(KEY, CacheSharing.SHARED, true);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> replicas.use(interrupted.handle()).beginStep())
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    begin(false);

    assertThat(replicas.scan(interrupted.handle())).as("another is in the directory").isEmpty();
  }

  @Test
  void aDirectoryIsHeldUntilItsStepHasEndedThoughTheCallerIsGone() throws IOException {
    HostCacheDirectories caches =
        new HostCacheDirectories(
            root, (image, path, target) -> {}, InstantSource.system(), Runnable::run);
    replicas = caches.replicas();
    CacheReplicas.Use use = replicas.open(KEY, CacheSharing.LOCKED, false);
    MountRequest.Cache mount =
        new MountRequest.Cache(
            "/c",
            false,
            KEY,
            CacheSharing.LOCKED,
            "/",
            Optional.empty(),
            Optional.of(use.handle()));
    CacheLeases step = caches.acquire(List.of(mount), waiting -> {});

    assertThat(replicas.scan(use.handle())).as("the step is in the directory").isEmpty();
    replicas.close(use.handle());
    assertThat(isFree()).as("while the step is in the directory").isFalse();
    step.close();
    assertThat(isFree()).isTrue();
  }

  @Test
  void theLastOneWhoLeavesIsNotTakenForAnotherWhileSomebodyListsDirectories() throws Exception {
    publishFirst();
    AtomicBoolean stop = new AtomicBoolean();
    Thread lists =
        new Thread(
            () -> {
              while (!stop.get()) {
                isFree();
              }
            });
    lists.start();
    try {
      for (int round = 0; round < 500; round++) {
        CacheReplicas.Use use = begin(false);
        assertThat(replicas.scan(use.handle())).as("round " + round).isPresent();
        replicas.close(use.handle());
      }
    } finally {
      stop.set(true);
      lists.join();
    }
  }

  /** As {@code cache ls} looks. */
  private boolean isFree() {
    try {
      Optional<HostLock> lock = HostLock.tryExclusive(content().resolveSibling("0.lock"));
      if (lock.isPresent()) {
        lock.get().close();
      }
      return lock.isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a step of a build whose policy discards what it writes, or does not; it ends at once. */
  private CacheReplicas.Use begin(boolean discard) throws IOException {
    CacheReplicas.Use use = replicas.open(KEY, CacheSharing.SHARED, discard);
    replicas.use(use.handle()).beginStep();
    replicas.use(use.handle()).leave();
    return use;
  }

  private void publishFirst() throws IOException {
    CacheReplicas.Use use = begin(false);
    Files.createDirectories(content());
    Files.writeString(content().resolve("a"), "one");
    replicas.scan(use.handle());
    replicas.adopt(use.handle(), 1, 1);
    replicas.close(use.handle());
  }

  private Path content() {
    return root.resolve(KEY.hex()).resolve("0");
  }
}
