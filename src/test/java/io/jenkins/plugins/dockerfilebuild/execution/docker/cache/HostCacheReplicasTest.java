package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
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

  /** As a step of a build whose policy discards what it writes, or does not. */
  private CacheReplicas.Use begin(boolean discard) throws IOException {
    CacheReplicas.Use use = replicas.open(KEY, CacheSharing.SHARED, discard);
    replicas.use(use.handle()).beginStep();
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
