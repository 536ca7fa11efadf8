package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Versions known to one process. Thread-safe. */
public final class InMemoryCacheVersions implements CacheVersions {

  /** Versions by agent, of each directory; guarded by this. */
  private final Map<CacheKey, Map<String, CacheVersion>> held = new HashMap<>();

  /** The largest token under which a directory was opened exclusively; guarded by this. */
  private final Map<CacheKey, Long> fences = new HashMap<>();

  @Override
  public synchronized void register(String agent, Map<CacheKey, CacheVersion> versions) {
    versions.forEach(
        (key, version) -> {
          CacheVersion known = held.getOrDefault(key, Map.of()).get(agent);
          if (known == null || version.isNewerThan(known)) {
            put(key, agent, version);
          }
        });
  }

  @Override
  public synchronized void forget(String agent) {
    held.values().forEach(byAgent -> byAgent.remove(agent));
  }

  @Override
  public synchronized Optional<Newest> open(CacheKey key, long token, boolean exclusive) {
    if (exclusive) {
      fences.merge(key, token, Math::max);
    }
    return newest(key);
  }

  @Override
  public synchronized Optional<Newest> newest(CacheKey key) {
    Map<String, CacheVersion> byAgent = held.getOrDefault(key, Map.of());
    return byAgent.values().stream()
        .max(
            Comparator.comparingLong(CacheVersion::number)
                .thenComparingLong(CacheVersion::publishedMillis))
        .map(newest -> new Newest(newest, holders(byAgent, newest)));
  }

  @Override
  public synchronized Map<String, CacheVersion> holdings(CacheKey key) {
    return Map.copyOf(held.getOrDefault(key, Map.of()));
  }

  private static Set<String> holders(Map<String, CacheVersion> byAgent, CacheVersion version) {
    return byAgent.entrySet().stream()
        .filter(entry -> entry.getValue().manifest().equals(version.manifest()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public synchronized Publication publish(
      CacheKey key, long base, CacheVersion next, String agent, long token) {
    long fence = fences.getOrDefault(key, 0L);
    if (token < fence) {
      return new Publication.Fenced(fence);
    }
    Optional<Newest> newest = newest(key);
    if (newest.isPresent() && newest.get().version().number() != base) {
      return new Publication.Outdated(newest.get());
    }
    put(key, agent, next);
    return new Publication.Published();
  }

  @Override
  public synchronized void held(CacheKey key, CacheVersion version, String agent) {
    put(key, agent, version);
  }

  @Override
  public synchronized void dropped(CacheKey key, String agent) {
    held.getOrDefault(key, new HashMap<>()).remove(agent);
  }

  private void put(CacheKey key, String agent, CacheVersion version) {
    held.computeIfAbsent(key, k -> new HashMap<>()).put(agent, version);
  }
}
