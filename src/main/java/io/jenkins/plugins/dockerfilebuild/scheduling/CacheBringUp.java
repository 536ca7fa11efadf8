package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Brings a directory to the newest version, if that can be had; else a step goes on without. */
record CacheBringUp(
    CacheVersions versions,
    CacheMoves moves,
    Function<String, Optional<CacheHolder>> holders,
    Progress progress) {

  /**
   * @param from the directory that has the version: the same one, or the one that it is forked from
   */
  void bringUp(CacheUseOnAgent taken, CacheKey from, Optional<Newest> known)
      throws IOException, InterruptedException {
    CacheReplicas.Use use = taken.use();
    Optional<Newest> newest = known;
    long begin = progress.millis();
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
      Optional<CacheMoves.Moved> moved = move(taken, sources);
      if (moved.isPresent()) {
        apply(taken, version, moved.get(), begin);
        return;
      }
      newest = versions.newest(from);
    }
    use.held().ifPresent(held -> taken.has(version(held), Optional.empty()));
  }

  private static CacheVersion version(CacheReplicas.HeldVersion held) {
    return new CacheVersion(
        held.number(), held.manifest(), held.files(), held.bytes(), held.publishedMillis());
  }

  /** Those that hold a version, the step's own agent last. */
  static List<CacheMoves.Source> sources(
      Newest newest, CacheKey from, Agent own, Function<String, Optional<CacheHolder>> holders) {
    List<CacheMoves.Source> sources = new ArrayList<>();
    List<CacheMoves.Source> ownSources = new ArrayList<>();
    for (String holder : newest.holders()) {
      holders
          .apply(holder)
          .map(h -> new CacheMoves.Source(h, from, newest.version().manifest()))
          .ifPresent(s -> (s.name().equals(own.name()) ? ownSources : sources).add(s));
    }
    sources.addAll(ownSources);
    return sources;
  }

  /** Empty if that cannot be had: the directory is as it was. */
  private Optional<CacheMoves.Moved> move(CacheUseOnAgent taken, List<CacheMoves.Source> sources)
      throws IOException, InterruptedException {
    try {
      return Optional.of(
          moves.move(
              sources,
              new CacheMoves.Destination(
                  CacheHolder.of(taken.agent()), taken.handle(), taken.use().manifest()),
              false));
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException | AgentLostException e) {
      failed(taken, sources.get(0), e);
      return Optional.empty();
    }
  }

  /** If this fails the directory is half of one and half of the other: no step may have it. */
  private void apply(
      CacheUseOnAgent taken, CacheVersion version, CacheMoves.Moved moved, long begin)
      throws IOException {
    CacheReplicas.Applied applied =
        taken.replicas().apply(taken.handle(), version.number(), version.publishedMillis());
    if (applied.complete()) {
      versions.held(taken.key(), version, taken.agent().name());
    } else {
      notice(
          taken,
          "the cache directory %s lacks %d files that no agent has any more"
              .formatted(taken.key().id(), applied.missing()));
    }
    long took = progress.millis() - begin;
    taken.has(
        version,
        Optional.of(
            new MountReport.Sync(
                moved.bytes(), moved.bytesFrom(), moved.target().reusedBytes(), took)));
  }

  /** Who sends what cannot be used is not asked again. */
  private void failed(CacheUseOnAgent taken, CacheMoves.Source source, Exception problem) {
    versions.dropped(source.key(), source.name());
    notice(
        taken,
        "the cache directory %s cannot be had from %s: %s"
            .formatted(taken.key().id(), source.name(), problem.getMessage()));
  }

  private void notice(CacheUseOnAgent taken, String message) {
    progress.tell(at -> new BuildEvent.Notice(at, Optional.of(taken.step()), message));
  }
}
