package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.ArchiveBounds;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheArchive;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.CacheInventory;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.HostCacheReplicas;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheArchivesTest {

  private static final CacheKey KEY = new CacheKey("ns", "m2", "linux/amd64", "", 0755, 0, 0);
  private static final VersionHolder AWAY = new VersionHolder("away", "away");

  @TempDir private Path directory;

  @Test
  void whatIsImportedStaysTheNewestWhenAnAgentComesBackThatWasPassedOver() throws Exception {
    Coordination coordination = Coordination.inMemory();
    CacheVersions versions = coordination.versions();
    CacheVersion older = new CacheVersion(7, Digest.of("older"), 1, 1, 1);
    versions.held(KEY, older, AWAY);
    versions.passOver(KEY, older);
    Agent agent = agent();

    CacheArchives.Seeded seeded;
    try (CacheArchives archives = new CacheArchives(List.of(agent), coordination);
        CacheArchive archive =
            CacheArchive.read(
                new ByteArrayInputStream(tar()), directory, new ArchiveBounds(1 << 20, true))) {
      seeded = archives.seed(KEY, archive, agent);
    }
    versions.register(AWAY, Map.of(KEY, older));

    assertThat(versions.newest(KEY).orElseThrow().version()).isEqualTo(seeded.version());
  }

  /** Of an empty file. */
  private static byte[] tar() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      tar.putArchiveEntry(new TarArchiveEntry("file"));
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private Agent agent() {
    Path caches = directory.resolve("caches");
    CacheReplicas replicas =
        new HostCacheReplicas(caches, new CacheInventory(caches, InstantSource.system()), () -> {});
    return TestAgents.answering("agent", 1, (proxy, method, arguments) -> replicas);
  }
}
