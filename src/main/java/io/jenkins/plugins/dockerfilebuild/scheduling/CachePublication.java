package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.BaseVersion;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Publication;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
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

  /** Answers whether there is a new version now. */
  boolean publish(CacheUseOnAgent use) throws InterruptedException {
    long begin = progress.millis();
    try {
      Optional<CacheReplicas.Scan> scanned = use.replicas().scan(use.handle());
      return scanned.isPresent() && scanned.get().changed() && publish(use, scanned.get(), begin);
    } catch (IOException | RuntimeException e) {
      notice(use, "is not published: " + e.getMessage());
      return false;
    }
  }

  private boolean publish(CacheUseOnAgent use, CacheReplicas.Scan scanned, long begin)
      throws IOException, InterruptedException {
    Candidate candidate = Candidate.of(scanned, next(use, scanned.base()));
    for (int round = 0; round < ROUNDS; round++) {
      CacheVersion next = candidate.version;
      Publication publication =
          versions.publish(
              use.key(), candidate.base, next, CacheHolder.known(use.agent()), use.lease().token());
      if (publication instanceof Publication.Published) {
        use.replicas().adopt(use.handle(), next.number(), next.publishedMillis());
        tell(use, next, candidate.conflicts, begin);
        return true;
      }
      if (publication instanceof Publication.Fenced) {
        notice(use, "is not published: the lease had ended, and another has used it since");
        return false;
      }
      candidate = behind(use, candidate, ((Publication.Outdated) publication).newest());
    }
    notice(use, "is not published: others publish all the time");
    return false;
  }

  /**
   * What is to be published.
   *
   * @param base the version that it was made of
   * @param conflicts that were met so far
   */
  private record Candidate(CacheVersion version, BaseVersion base, int conflicts) {

    static Candidate of(CacheReplicas.Scan scanned, long number) {
      CacheVersion version =
          new CacheVersion(
              number,
              scanned.manifest(),
              scanned.files(),
              scanned.bytes(),
              System.currentTimeMillis());
      return new Candidate(version, scanned.base(), 0);
    }

    Candidate numbered(long number) {
      CacheVersion same =
          new CacheVersion(
              number,
              version.manifest(),
              version.files(),
              version.bytes(),
              version.publishedMillis());
      return new Candidate(same, base, conflicts);
    }

    Candidate merged(CacheReplicas.Target target, BaseVersion withBase, long number) {
      CacheVersion both =
          new CacheVersion(
              number,
              target.manifest(),
              target.files(),
              target.bytes(),
              System.currentTimeMillis());
      return new Candidate(both, withBase, conflicts + target.conflicts());
    }
  }

  /** What is to be published after another one, which was published meanwhile. */
  private Candidate behind(CacheUseOnAgent use, Candidate candidate, Newest newest)
      throws IOException, InterruptedException {
    List<CacheMoves.Source> sources = CacheBringUp.sources(newest, use.key(), use.agent(), holders);
    if (sources.isEmpty()) {
      passOver(use, newest);
      return candidate.numbered(next(use, candidate.base));
    }
    BaseVersion theirs = newest.version().asBase();
    return merge(
            use, newest, sources, isApart(use, candidate.base, theirs) ? Kept.ALL : Kept.CHANGES)
        .map(target -> candidate.merged(target, theirs, next(use, theirs)))
        .orElseGet(() -> candidate.numbered(next(use, candidate.base)));
  }

  /** Nobody waits for an agent that may never come back; what it has is kept for when it does. */
  private void passOver(CacheUseOnAgent use, Newest newest) {
    versions.passOver(use.key(), newest.version());
    notice(
        use,
        "goes on without version %d, which only %s had; what it added is united when that is back"
            .formatted(newest.version().number(), names(newest, use.agent())));
  }

  /** Others may call another machine as this build calls its own. */
  private static String names(Newest newest, Agent own) {
    return newest.holders().stream()
        .map(holder -> holder.name().strip())
        .map(name -> name.equals(own.name()) ? "another machine called " + name : name)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /**
   * Whether theirs was made without what this agent had, so that nothing of that was removed in it:
   * it was passed over, or theirs is no later one, as after a cluster had fallen into two parts.
   */
  private boolean isApart(CacheUseOnAgent use, BaseVersion ours, BaseVersion theirs) {
    return theirs.number() <= ours.number()
        || versions.isPassedOver(use.key(), CacheHolder.known(use.agent()));
  }

  private long next(CacheUseOnAgent use, BaseVersion base) {
    return Math.max(base.number(), versions.highest(use.key())) + 1;
  }

  /**
   * Brings what another published into the directory, beside what this step made of it.
   *
   * @return empty if that cannot be had from those who have it: they are not asked again, and the
   *     directory is as it was
   */
  private Optional<CacheReplicas.Target> merge(
      CacheUseOnAgent use, Newest newest, List<CacheMoves.Source> sources, Kept kept)
      throws IOException, InterruptedException {
    CacheVersion theirs = newest.version();
    try {
      CacheMoves.Moved moved =
          moves.move(
              sources,
              new CacheMoves.Destination(
                  CacheHolder.of(use.agent()), use.handle(), Optional.empty()),
              kept);
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
