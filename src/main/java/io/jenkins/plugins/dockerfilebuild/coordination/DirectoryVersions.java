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
 * @param held which version each agent holds, by the agent's id. At most {@value #MOST_HELD}: of
 *     agents that come and go without end nobody tells that one will not come back
 * @param passedOver agents that had a version that others could not get when they went on, who made
 *     the next one without it; until the agent has published a newer one. At most {@value
 *     #MOST_PASSED}.
 */
public record DirectoryVersions(
    long fence, Map<String, Holding> held, Map<String, Holding> passedOver) {

  /** More than any pool that one directory follows; each use sends all of them. */
  static final int MOST_HELD = 512;

  /** Agents come and go, and some never come back: those that were lost last are remembered. */
  private static final int MOST_PASSED = 16;

  static final DirectoryVersions NONE = new DirectoryVersions(0, Map.of(), Map.of());

  public DirectoryVersions {
    held = Map.copyOf(held);
    passedOver = Map.copyOf(passedOver);
  }

  /**
   * What an agent has.
   *
   * @param name of the agent, for people
   */
  public record Holding(String name, CacheVersion version) {}

  private static VersionHolder holder(Map.Entry<String, Holding> entry) {
    return new VersionHolder(entry.getKey(), entry.getValue().name());
  }

  Optional<Newest> newest() {
    return newest(holder -> true);
  }

  /** The newest of those that some agents hold. */
  Optional<Newest> newest(Predicate<VersionHolder> holders) {
    return held.entrySet().stream()
        .filter(entry -> holders.test(holder(entry)))
        .map(entry -> entry.getValue().version())
        .max(
            Comparator.comparingLong(CacheVersion::number)
                .thenComparingLong(CacheVersion::publishedMillis))
        .map(newest -> new Newest(newest, holders(newest)));
  }

  Set<VersionHolder> holders(CacheVersion version) {
    return held.entrySet().stream()
        .filter(entry -> entry.getValue().version().manifest().equals(version.manifest()))
        .map(DirectoryVersions::holder)
        .collect(Collectors.toUnmodifiableSet());
  }

  Map<VersionHolder, CacheVersion> holdings() {
    return held.entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                DirectoryVersions::holder, entry -> entry.getValue().version()));
  }

  /** The version that an agent is known to hold. */
  Optional<CacheVersion> heldBy(VersionHolder agent) {
    return Optional.ofNullable(held.get(agent.id())).map(Holding::version);
  }

  DirectoryVersions fenced(long token) {
    return new DirectoryVersions(Math.max(fence, token), held, passedOver);
  }

  DirectoryVersions with(VersionHolder agent, CacheVersion version) {
    Map<String, Holding> more = new HashMap<>(held);
    more.put(agent.id(), new Holding(agent.name(), version));
    Map<String, Holding> passed = new HashMap<>(passedOver);
    boolean newest = held.values().stream().noneMatch(has -> has.version().isNewerThan(version));
    passed.computeIfPresent(
        agent.id(), (id, old) -> newest || version.isNewerThan(old.version()) ? null : old);
    return new DirectoryVersions(fence, youngest(more, MOST_HELD), passed);
  }

  /**
   * With what an agent says that it holds, unless it is known to hold a newer version. One that was
   * cut off while it united a newer version with its own says the newer one: what it had alone is
   * not published yet, and stays remembered.
   */
  DirectoryVersions registered(VersionHolder agent, CacheVersion version) {
    Optional<CacheVersion> known = heldBy(agent);
    if (known.isPresent() && !version.isNewerThan(known.get())) {
      return this;
    }
    DirectoryVersions registered = with(agent, version);
    Holding passed = passedOver.get(agent.id());
    return passed == null || passed.version().manifest().equals(version.manifest())
        ? registered
        : new DirectoryVersions(fence, registered.held, passedOver);
  }

  /** Without what an agent has no more. */
  DirectoryVersions without(VersionHolder agent) {
    if (!held.containsKey(agent.id())) {
      return this;
    }
    Map<String, Holding> fewer = new HashMap<>(held);
    fewer.remove(agent.id());
    return new DirectoryVersions(fence, fewer, passedOver);
  }

  /** Without an agent that is lost; what it alone had is remembered, if nobody went on from it. */
  DirectoryVersions losing(VersionHolder agent) {
    boolean alone = newest().filter(found -> found.holders().equals(Set.of(agent))).isPresent();
    return alone ? passing(Set.of(agent)) : without(agent);
  }

  /** Without what some agents have but cannot give now, which is remembered of them. */
  DirectoryVersions passing(Set<VersionHolder> agents) {
    Map<String, Holding> fewer = new HashMap<>(held);
    Map<String, Holding> passed = new HashMap<>(passedOver);
    for (VersionHolder agent : agents) {
      Holding had = fewer.remove(agent.id());
      if (had != null) {
        passed.put(agent.id(), had);
      }
    }
    return new DirectoryVersions(fence, fewer, youngest(passed, MOST_PASSED));
  }

  /** At most so many, without those that hold the oldest versions. */
  private static Map<String, Holding> youngest(Map<String, Holding> holdings, int most) {
    while (holdings.size() > most) {
      holdings
          .keySet()
          .remove(
              Collections.min(
                      holdings.entrySet(),
                      Comparator.comparingLong(
                          entry -> entry.getValue().version().publishedMillis()))
                  .getKey());
    }
    return holdings;
  }

  /** The highest number that a version has, also one that cannot be had; 0 for none. */
  long highest() {
    return Stream.concat(held.values().stream(), passedOver.values().stream())
        .mapToLong(holding -> holding.version().number())
        .max()
        .orElse(0);
  }
}
