package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What it takes to bring cache directories up on an agent, in seconds: nothing where the newest
 * version is, little where an older one is, and the whole of it elsewhere.
 */
record CacheMoveCost(CacheVersions versions, List<CacheKey> keys)
    implements ToDoubleFunction<Agent> {

  /** Seen with 30,000 files on one machine ({@code docs/benchmarks.md}); networks are slower. */
  private static final double BYTES_PER_SECOND = 50e6;

  private static final double BRING_UP_SECONDS = 0.2;

  /** What one version differs from the next by, where their sizes do not tell. */
  private static final double LIKELY_CHANGE = 0.02;

  @Override
  public double applyAsDouble(Agent agent) {
    return keys.stream().mapToDouble(key -> seconds(key, agent.name())).sum();
  }

  private double seconds(CacheKey key, String agent) {
    Optional<Newest> newest = versions.newest(key);
    if (newest.isEmpty() || newest.get().holders().contains(agent)) {
      return 0;
    }
    CacheVersion version = newest.get().version();
    Optional<CacheVersion> held = Optional.ofNullable(versions.holdings(key).get(agent));
    double bytes =
        held.map(h -> Math.abs(version.bytes() - h.bytes()) + version.bytes() * LIKELY_CHANGE)
            .orElse((double) version.bytes());
    return BRING_UP_SECONDS + bytes / BYTES_PER_SECOND;
  }
}
