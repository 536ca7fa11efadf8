package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is known of one cache directory. Immutable; every change makes a new one.
 *
 * @param fence the largest token under which it was opened exclusively
 * @param held which version each agent holds
 */
public record DirectoryVersions(long fence, Map<String, CacheVersion> held) {

  static final DirectoryVersions NONE = new DirectoryVersions(0, Map.of());

  public DirectoryVersions {
    held = Map.copyOf(held);
  }

  Optional<Newest> newest() {
    return held.values().stream()
        .max(
            Comparator.comparingLong(CacheVersion::number)
                .thenComparingLong(CacheVersion::publishedMillis))
        .map(newest -> new Newest(newest, holders(newest)));
  }

  private Set<String> holders(CacheVersion version) {
    return held.entrySet().stream()
        .filter(entry -> entry.getValue().manifest().equals(version.manifest()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  DirectoryVersions fenced(long token) {
    return new DirectoryVersions(Math.max(fence, token), held);
  }

  DirectoryVersions with(String agent, CacheVersion version) {
    Map<String, CacheVersion> more = new HashMap<>(held);
    more.put(agent, version);
    return new DirectoryVersions(fence, more);
  }

  /** With what an agent says that it holds, unless it is known to hold a newer version. */
  DirectoryVersions registered(String agent, CacheVersion version) {
    CacheVersion known = held.get(agent);
    return known == null || version.isNewerThan(known) ? with(agent, version) : this;
  }

  DirectoryVersions without(String agent) {
    if (!held.containsKey(agent)) {
      return this;
    }
    Map<String, CacheVersion> fewer = new HashMap<>(held);
    fewer.remove(agent);
    return new DirectoryVersions(fence, fewer);
  }
}
