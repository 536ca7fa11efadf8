package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Brings a directory to the newest version, if that can be had; else a step goes on without. */
record CacheBringUp(
    CacheVersions versions,
    CacheMoves moves,
    Function<VersionHolder, Optional<CacheHolder>> holders,
    Progress progress) {

  /**
   * @param from the directory that has the version: the same one, or the one that it is forked from
   */
  void bringUp(CacheUseOnAgent taken, CacheKey from) throws IOException, InterruptedException {
    CacheReplicas.Use use = taken.use();
    Optional<Newest> newest = versions.newest(from, this::isThere);
    tellIfOlder(taken, from, newest);
    while (newest.isPresent()) {
      CacheVersion version = newest.get().version();
      boolean here = use.held().filter(h -> h.manifest().equals(version.manifest())).isPresent();
      if (here || !use.alone()) {
        use.held().ifPresent(h -> taken.has(here ? version : version(h), Optional.empty()));
        return;
      }
      List<CacheMoves.Source> sources = sources(newest.get(), from, taken.agent(), holders);
      if (sources.isEmpty()) {
        return;
      }
      boolean unite = isApart(taken, version);
      Optional<CacheMoves.Moved> moved = move(taken, sources, unite ? Kept.VERSION : Kept.NOTHING);
      if (moved.isPresent()) {
        apply(taken, version, moved.get(), unite);
        return;
      }
      newest = versions.newest(from, this::isThere);
    }
    use.held().ifPresent(held -> taken.has(version(held), Optional.empty()));
  }

  /**
   * What a step finds may be older than what another left, whose agent is away: a cache is there to
   * save time, so nobody waits for that (decision 23), but whoever counts in it should know.
   */
  private void tellIfOlder(CacheUseOnAgent taken, CacheKey from, Optional<Newest> newest) {
    long highest = versions.highest(from);
    long number = newest.map(found -> found.version().number()).orElse(0L);
    if (highest > number) {
      notice(
          taken,
          "the cache directory %s begins %s: no agent that can be reached has version %d"
              .formatted(
                  taken.key().id(),
                  number == 0 ? "with what is on " + taken.agent() : "with version " + number,
                  highest));
    }
  }

  /**
   * Whether the version was made without what the agent has: that was passed over, or has the same
   * number, as where two parts of a cluster, or two processes that share no index, did not see one
   * another.
   */
  private boolean isApart(CacheUseOnAgent taken, CacheVersion version) {
    return taken.use().held().filter(held -> held.number() == version.number()).isPresent()
        || versions.isPassedOver(taken.key(), CacheHolder.known(taken.agent()));
  }

  private boolean isThere(VersionHolder holder) {
    return holders.apply(holder).isPresent();
  }

  private static CacheVersion version(CacheReplicas.HeldVersion held) {
    return new CacheVersion(
        held.number(), held.manifest(), held.files(), held.bytes(), held.publishedMillis());
  }

  /** Those that hold a version, the step's own agent last. */
  static List<CacheMoves.Source> sources(
      Newest newest,
      CacheKey from,
      Agent own,
      Function<VersionHolder, Optional<CacheHolder>> holders) {
    List<CacheMoves.Source> sources = new ArrayList<>();
    List<CacheMoves.Source> ownSources = new ArrayList<>();
    for (VersionHolder holder : newest.holders()) {
      holders
          .apply(holder)
          .map(h -> new CacheMoves.Source(h, from, newest.version().manifest()))
          .ifPresent(s -> (s.known().id().equals(own.id()) ? ownSources : sources).add(s));
    }
    sources.addAll(ownSources);
    return sources;
  }

  /** Empty if that cannot be had: the directory is as it was. */
  private Optional<CacheMoves.Moved> move(
      CacheUseOnAgent taken, List<CacheMoves.Source> sources, Kept kept)
      throws IOException, InterruptedException {
    try {
      return Optional.of(
          moves.move(
              sources,
              new CacheMoves.Destination(
                  CacheHolder.of(taken.agent()), taken.handle(), taken.use().manifest()),
              kept));
    } catch (CacheMoves.SourceFailedException e) {
      failed(taken, e);
      return Optional.empty();
    }
  }

  /** If this fails the directory is half of one and half of the other: no step may have it. */
  private void apply(
      CacheUseOnAgent taken, CacheVersion version, CacheMoves.Moved moved, boolean united)
      throws IOException {
    CacheReplicas.Applied applied =
        taken.replicas().apply(taken.handle(), version.number(), version.publishedMillis());
    if (united) {
      // It holds more than the version, which the step's own publication will tell.
      notice(
          taken,
          "the cache directory %s is united with a version of %s that others had to do without"
              .formatted(taken.key().id(), taken.agent()));
    } else if (applied.complete()) {
      versions.held(taken.key(), version, CacheHolder.known(taken.agent()));
    } else {
      notice(
          taken,
          "the cache directory %s lacks %d files that no agent has any more"
              .formatted(taken.key().id(), applied.missing()));
    }
    CacheReplicas.Target target = moved.target();
    taken.has(
        version,
        Optional.of(
            new MountReport.Sync(
                moved.bytes(),
                moved.bytesFrom(),
                target.reusedBytes(),
                target.lackingChunks(),
                target.reusedChunks())));
  }

  /** Who is lost, or sends what cannot be used, is not asked again. */
  private void failed(CacheUseOnAgent taken, CacheMoves.SourceFailedException problem) {
    problem.failed().forEach(source -> versions.unreachable(source.key(), source.known()));
    notice(
        taken,
        "the cache directory %s cannot be had from %s: %s"
            .formatted(taken.key().id(), CacheMoves.names(problem.failed()), problem.getMessage()));
  }

  private void notice(CacheUseOnAgent taken, String message) {
    progress.tell(at -> new BuildEvent.Notice(at, Optional.of(taken.step()), message));
  }
}
