package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Publication;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Publishes what a step made of its cache directory as the next version: the agent scans it, the
 * index takes it if nobody else published meanwhile, and else what the other published is merged
 * into it, until it fits. Bytes move only for a merge; who wants the version later asks for them.
 */
record CachePublication(
    CacheVersions versions,
    CacheMoves moves,
    Function<VersionHolder, Optional<CacheHolder>> holders,
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
            next(use, scanned.base()),
            scanned.manifest(),
            scanned.files(),
            scanned.bytes(),
            System.currentTimeMillis());
    long base = scanned.base();
    int conflicts = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Publication publication =
          versions.publish(
              use.key(), base, next, CacheHolder.known(use.agent()), use.lease().token());
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
      List<CacheMoves.Source> sources =
          CacheBringUp.sources(newest, use.key(), use.agent(), holders);
      if (sources.isEmpty()) {
        passOver(use, newest);
        next = numbered(next, next(use, base));
        continue;
      }
      Optional<CacheReplicas.Target> merged = merge(use, newest, sources);
      if (merged.isEmpty()) {
        next = numbered(next, next(use, base));
        continue;
      }
      conflicts += merged.get().conflicts();
      base = newest.version().number();
      next = version(next(use, base), merged.get());
    }
    notice(use, "is not published: others publish all the time");
  }

  /** Nobody waits for an agent that may never come back; what it has is kept for when it does. */
  private void passOver(CacheUseOnAgent use, Newest newest) {
    versions.passOver(use.key(), newest.version());
    notice(
        use,
        "goes on without version %d, which only %s had; what it added is united when that is back"
            .formatted(newest.version().number(), names(newest)));
  }

  private static String names(Newest newest) {
    return newest.holders().stream()
        .map(holder -> holder.name().strip())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private long next(CacheUseOnAgent use, long base) {
    return Math.max(base, versions.highest(use.key())) + 1;
  }

  private static CacheVersion numbered(CacheVersion version, long number) {
    return new CacheVersion(
        number, version.manifest(), version.files(), version.bytes(), version.publishedMillis());
  }

  private static CacheVersion version(long number, CacheReplicas.Target merged) {
    return new CacheVersion(
        number, merged.manifest(), merged.files(), merged.bytes(), System.currentTimeMillis());
  }

  /**
   * Brings what another published into the directory, beside what this step made of it.
   *
   * @return empty if that cannot be had from those who have it: they are not asked again, and the
   *     directory is as it was
   */
  private Optional<CacheReplicas.Target> merge(
      CacheUseOnAgent use, Newest newest, List<CacheMoves.Source> sources)
      throws IOException, InterruptedException {
    CacheVersion theirs = newest.version();
    // If theirs was made without what this agent had, nothing of that was removed in it.
    boolean apart = versions.isPassedOver(use.key(), CacheHolder.known(use.agent()));
    try {
      CacheMoves.Moved moved =
          moves.move(
              sources,
              new CacheMoves.Destination(
                  CacheHolder.of(use.agent()), use.handle(), Optional.empty()),
              apart ? Kept.ALL : Kept.CHANGES);
      CacheReplicas.Applied applied =
          use.replicas().apply(use.handle(), theirs.number(), theirs.publishedMillis());
      if (applied.complete()) {
        return Optional.of(moved.target());
      }
      giveUp(use, theirs, sources, applied.missing() + " files of it are gone there");
    } catch (CacheMoves.SourceFailedException e) {
      giveUp(use, theirs, e.failed(), e.getMessage());
    }
    return Optional.empty();
  }

  private void giveUp(
      CacheUseOnAgent use, CacheVersion theirs, List<CacheMoves.Source> sources, String reason) {
    sources.forEach(source -> versions.unreachable(use.key(), source.known()));
    notice(
        use,
        "cannot be merged with version %d of %s: %s"
            .formatted(theirs.number(), CacheMoves.names(sources), reason));
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
