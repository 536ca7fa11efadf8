package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Publication;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Publishes what a step made of its cache directory as the next version: the agent scans it, the
 * index takes it if nobody else published meanwhile, and else what the other published is merged
 * into it, until it fits. Bytes move only for a merge; who wants the version later asks for them.
 */
record CachePublication(
    CacheVersions versions,
    CacheMoves moves,
    Function<String, Optional<CacheHolder>> holders,
    Progress progress) {

  /** Each round that fails is a round in which another succeeded. */
  private static final int ROUNDS = 20;

  void publish(CacheUseOnAgent use) throws InterruptedException {
    long begin = progress.millis();
    try {
      Optional<CacheReplicas.Scan> scanned = use.replicas().scan(use.handle());
      if (scanned.isPresent() && scanned.get().changed()) {
        publish(use, scanned.get(), begin);
      }
    } catch (IOException | AgentLostException e) {
      notice(use, "is not published: " + e.getMessage());
    }
  }

  private void publish(CacheUseOnAgent use, CacheReplicas.Scan scanned, long begin)
      throws IOException, InterruptedException {
    CacheVersion next =
        new CacheVersion(
            scanned.base() + 1,
            scanned.manifest(),
            scanned.files(),
            scanned.bytes(),
            System.currentTimeMillis());
    long base = scanned.base();
    int conflicts = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Publication publication =
          versions.publish(use.key(), base, next, use.agent().name(), use.lease().token());
      if (publication instanceof Publication.Published) {
        use.replicas().adopt(use.handle(), next.number(), next.publishedMillis());
        tell(use, next, conflicts, begin);
        return;
      }
      if (publication instanceof Publication.Fenced) {
        notice(use, "is not published: the lease had ended, and another has used it since");
        return;
      }
      Newest newest = ((Publication.Outdated) publication).newest();
      CacheReplicas.Target merged = merge(use, newest);
      conflicts += merged.conflicts();
      base = newest.version().number();
      next =
          new CacheVersion(
              base + 1,
              merged.manifest(),
              merged.files(),
              merged.bytes(),
              System.currentTimeMillis());
    }
    notice(use, "is not published: others publish all the time");
  }

  /** Brings what another published into the directory, beside what this step made of it. */
  private CacheReplicas.Target merge(CacheUseOnAgent use, Newest newest)
      throws IOException, InterruptedException {
    List<CacheMoves.Source> sources = CacheBringUp.sources(newest, use.key(), use.agent(), holders);
    if (sources.isEmpty()) {
      throw new IOException("no agent is left that has version " + newest.version().number());
    }
    CacheMoves.Moved moved =
        moves.move(
            sources,
            new CacheMoves.Destination(CacheHolder.of(use.agent()), use.handle(), Optional.empty()),
            true);
    CacheVersion theirs = newest.version();
    CacheReplicas.Applied applied =
        use.replicas().apply(use.handle(), theirs.number(), theirs.publishedMillis());
    if (!applied.complete()) {
      throw new IOException(applied.missing() + " files of the other version cannot be had");
    }
    return moved.target();
  }

  private void tell(CacheUseOnAgent use, CacheVersion version, int conflicts, long begin) {
    progress.tell(
        at ->
            new BuildEvent.CachePublished(
                at,
                use.step(),
                use.key().id(),
                use.agent().name(),
                version.number(),
                version.files(),
                version.bytes(),
                conflicts,
                at - begin));
  }

  private void notice(CacheUseOnAgent use, String message) {
    String text = "the cache directory %s %s".formatted(use.key().id(), message);
    progress.tell(at -> new BuildEvent.Notice(at, Optional.of(use.step()), text));
  }
}
