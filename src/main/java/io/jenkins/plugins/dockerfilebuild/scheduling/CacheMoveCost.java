package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Kind;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Route;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Move;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What it takes to bring cache directories up on an agent: nothing where the newest version is,
 * little where an older one is, and the whole of it elsewhere. It is as things stood when it was
 * made, for it is asked more often than an index on another machine should be.
 */
final class CacheMoveCost {

  /** What one version differs from the next by, where their sizes do not tell. */
  private static final double LIKELY_CHANGE = 0.02;

  private final TransferRates rates;
  private final List<Directory> directories = new ArrayList<>();

  /**
   * A directory in the pool.
   *
   * @param has names of agents that have the newest version
   * @param hadBefore what others have, by name
   */
  private record Directory(
      CacheVersion newest, Set<String> has, Map<String, CacheVersion> hadBefore) {}

  /**
   * @param pool whose names are meant by {@link #moveTo}
   */
  CacheMoveCost(
      CacheVersions versions, List<CacheKey> keys, Collection<Agent> pool, TransferRates rates) {
    this.rates = rates;
    for (CacheKey key : keys) {
      versions
          .newest(key)
          .ifPresent(newest -> directories.add(directory(newest, versions.holdings(key), pool)));
    }
  }

  private static Directory directory(
      Newest newest, Map<VersionHolder, CacheVersion> holdings, Collection<Agent> pool) {
    Directory directory = new Directory(newest.version(), new TreeSet<>(), new HashMap<>());
    for (Agent agent : pool) {
      VersionHolder known = CacheHolder.known(agent);
      if (newest.holders().contains(known)) {
        directory.has.add(agent.name());
      } else if (holdings.containsKey(known)) {
        directory.hadBefore.put(agent.name(), holdings.get(known));
      }
    }
    return directory;
  }

  /** Names of agents that have the newest version of one of the directories. */
  Set<String> holders() {
    Set<String> holders = new TreeSet<>();
    directories.forEach(directory -> holders.addAll(directory.has));
    return holders;
  }

  Move moveTo(String agent) {
    Move move = Move.NONE;
    for (Directory directory : directories) {
      if (!directory.has.contains(agent)) {
        long bytes = bytes(directory, agent);
        double seconds = rates.rate(new Route(Kind.CACHE, "", agent)).seconds(bytes);
        move = move.plus(new Move(bytes, seconds));
      }
    }
    return move;
  }

  private static long bytes(Directory directory, String agent) {
    CacheVersion version = directory.newest;
    return Optional.ofNullable(directory.hadBefore.get(agent))
        .map(
            held ->
                Math.abs(version.bytes() - held.bytes()) + (long) (version.bytes() * LIKELY_CHANGE))
        .orElse(version.bytes());
  }
}
