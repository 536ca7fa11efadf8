package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is known of one cache directory. Immutable; every change makes a new one.
 *
 * @param fence the largest token under which it was opened exclusively
 * @param held which version each agent holds
 * @param passedOver agents that had a version that others could not get when they went on, who made
 *     the next one without it; until the agent has published a newer one. At most {@value
 *     #MOST_PASSED}.
 */
public record DirectoryVersions(
    long fence, Map<String, CacheVersion> held, Map<String, CacheVersion> passedOver) {

  /** Agents come and go, and some never come back: those that were lost last are remembered. */
  private static final int MOST_PASSED = 16;

  static final DirectoryVersions NONE = new DirectoryVersions(0, Map.of(), Map.of());

  public DirectoryVersions {
    held = Map.copyOf(held);
    passedOver = Map.copyOf(passedOver);
  }

  Optional<Newest> newest() {
    return newest(holder -> true);
  }

  /** The newest of those that some agents hold. */
  Optional<Newest> newest(Predicate<String> holders) {
    return held.entrySet().stream()
        .filter(entry -> holders.test(entry.getKey()))
        .map(Map.Entry::getValue)
        .max(
            Comparator.comparingLong(CacheVersion::number)
                .thenComparingLong(CacheVersion::publishedMillis))
        .map(newest -> new Newest(newest, holders(newest)));
  }

  Set<String> holders(CacheVersion version) {
    return held.entrySet().stream()
        .filter(entry -> entry.getValue().manifest().equals(version.manifest()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  DirectoryVersions fenced(long token) {
    return new DirectoryVersions(Math.max(fence, token), held, passedOver);
  }

  DirectoryVersions with(String agent, CacheVersion version) {
    Map<String, CacheVersion> more = new HashMap<>(held);
    more.put(agent, version);
    Map<String, CacheVersion> passed = new HashMap<>(passedOver);
    boolean newest = held.values().stream().noneMatch(other -> other.isNewerThan(version));
    passed.computeIfPresent(agent, (a, old) -> newest || version.isNewerThan(old) ? null : old);
    return new DirectoryVersions(fence, more, passed);
  }

  /**
   * With what an agent says that it holds, unless it is known to hold a newer version. One that was
   * cut off while it united a newer version with its own says the newer one: what it had alone is
   * not published yet, and stays remembered.
   */
  DirectoryVersions registered(String agent, CacheVersion version) {
    CacheVersion known = held.get(agent);
    if (known != null && !version.isNewerThan(known)) {
      return this;
    }
    DirectoryVersions registered = with(agent, version);
    CacheVersion passed = passedOver.get(agent);
    return passed == null || passed.manifest().equals(version.manifest())
        ? registered
        : new DirectoryVersions(fence, registered.held, passedOver);
  }

  /** Without what an agent has no more. */
  DirectoryVersions without(String agent) {
    if (!held.containsKey(agent)) {
      return this;
    }
    Map<String, CacheVersion> fewer = new HashMap<>(held);
    fewer.remove(agent);
    return new DirectoryVersions(fence, fewer, passedOver);
  }

  /** Without an agent that is lost; what it alone had is remembered, if nobody went on from it. */
  DirectoryVersions losing(String agent) {
    boolean alone = newest().filter(found -> found.holders().equals(Set.of(agent))).isPresent();
    return alone ? passing(Set.of(agent)) : without(agent);
  }

  /** Without what some agents have but cannot give now, which is remembered of them. */
  DirectoryVersions passing(Set<String> agents) {
    Map<String, CacheVersion> fewer = new HashMap<>(held);
    Map<String, CacheVersion> passed = new HashMap<>(passedOver);
    for (String agent : agents) {
      CacheVersion version = fewer.remove(agent);
      if (version != null) {
        passed.put(agent, version);
      }
    }
    while (passed.size() > MOST_PASSED) {
      passed.remove(
          Collections.min(
                  passed.entrySet(),
                  Comparator.comparingLong(entry -> entry.getValue().publishedMillis()))
              .getKey());
    }
    return new DirectoryVersions(fence, fewer, passed);
  }

  /** The highest number that a version has, also one that cannot be had; 0 for none. */
  long highest() {
    return Stream.concat(held.values().stream(), passedOver.values().stream())
        .mapToLong(CacheVersion::number)
        .max()
        .orElse(0);
  }
}
