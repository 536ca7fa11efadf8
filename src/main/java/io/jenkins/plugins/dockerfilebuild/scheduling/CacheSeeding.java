package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.BaseVersion;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheArchive;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheManifest;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Lease;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Publication;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Makes an archive the newest version of a directory on an agent: the agent is sent what it lacks
 * as if another agent had that version.
 */
record CacheSeeding(CacheVersions versions, CacheMoves moves, CacheKey key, Agent agent) {

  private static final VersionHolder ARCHIVE = new VersionHolder("archive", "archive");

  /**
   * @param lease a locked one
   */
  CacheArchives.Seeded seed(CacheArchive archive, Lease lease)
      throws IOException, InterruptedException {
    CacheReplicas replicas = agent.services().cacheReplicas();
    CacheReplicas.Use use = replicas.open(key, CacheSharing.LOCKED, false);
    try {
      Optional<CacheVersion> newest = versions.open(key, lease.token(), true).map(Newest::version);
      CacheManifest manifest = archive.manifest();
      if (newest.filter(version -> version.manifest().equals(manifest.digest())).isPresent()) {
        return new CacheArchives.Seeded(newest.get(), false, 0);
      }
      CacheMoves.Moved moved =
          moves.move(
              List.of(
                  new CacheMoves.Source(
                      ARCHIVE, new ArchiveSource(archive), key, manifest.digest())),
              new CacheMoves.Destination(CacheHolder.of(agent), use.handle(), use.manifest()),
              Kept.NOTHING);
      CacheVersion version = next(manifest);
      publish(version, newest, lease, use);
      return new CacheArchives.Seeded(version, true, moved.bytes());
    } finally {
      replicas.close(use.handle());
    }
  }

  /** Newer than all that agents have, also one that is away and was passed over. */
  private CacheVersion next(CacheManifest manifest) {
    return new CacheVersion(
        versions.highest(key) + 1,
        manifest.digest(),
        manifest.files(),
        manifest.bytes(),
        System.currentTimeMillis());
  }

  private void publish(
      CacheVersion version, Optional<CacheVersion> before, Lease lease, CacheReplicas.Use use)
      throws IOException {
    if (!lease.renew()) {
      throw new IOException("the lease on the cache directory had ended; nothing was changed");
    }
    CacheReplicas.Applied applied =
        agent
            .services()
            .cacheReplicas()
            .apply(use.handle(), version.number(), version.publishedMillis());
    Publication publication =
        versions.publish(
            key,
            before.map(CacheVersion::asBase).orElse(BaseVersion.NONE),
            version,
            CacheHolder.known(agent),
            lease.token());
    if (!applied.complete() || !(publication instanceof Publication.Published)) {
      versions.dropped(key, CacheHolder.known(agent));
      throw new IOException(
          "the cache directory was not published, for another has changed it meanwhile");
    }
  }
}
