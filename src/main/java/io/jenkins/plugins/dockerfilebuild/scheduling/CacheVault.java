package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A durable home of cache directories, for pools whose agents come and go: a holder like an agent,
 * on which no step runs. It gets each new version after the step that made it has let its directory
 * go, so that nobody waits for it. Thread-safe.
 */
record CacheVault(CacheVersions versions, CacheMoves moves, CacheHolder vault, Progress progress) {

  /** Brings the vault to what a step's agent has published, if nobody has changed it meanwhile. */
  void keep(CacheUseOnAgent use) throws InterruptedException {
    try {
      Optional<Newest> newest = versions.newest(use.key());
      boolean lacks =
          newest.isPresent()
              && newest.get().holders().contains(CacheHolder.known(use.agent()))
              && !newest.get().holders().contains(vault.known());
      if (lacks) {
        copy(use, newest.get().version());
      }
    } catch (IOException | RuntimeException e) {
      String message =
          "the vault does not have the newest version of the cache directory %s: %s"
              .formatted(use.key().id(), e.getMessage());
      progress.tell(at -> new BuildEvent.Notice(at, Optional.of(use.step()), message));
    }
  }

  private void copy(CacheUseOnAgent use, CacheVersion version)
      throws IOException, InterruptedException {
    CacheReplicas.Use kept = vault.replicas().open(use.key(), CacheSharing.LOCKED, false);
    try {
      CacheMoves.Source source =
          new CacheMoves.Source(CacheHolder.of(use.agent()), use.key(), version.manifest());
      moves.move(
          List.of(source),
          new CacheMoves.Destination(vault, kept.handle(), kept.manifest()),
          Kept.NOTHING);
      CacheReplicas.Applied applied =
          vault.replicas().apply(kept.handle(), version.number(), version.publishedMillis());
      if (applied.complete()) {
        versions.held(use.key(), version, vault.known());
      } else {
        // The next step changes the directory already; its version will come.
        versions.dropped(use.key(), vault.known());
      }
    } finally {
      vault.replicas().close(kept.handle());
    }
  }
}
