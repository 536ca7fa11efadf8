package io.jenkins.plugins.dockerfilebuild.execution;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How much of cache directories an agent keeps. What exceeds a limit goes, the one that is worth
 * least first ({@link CacheWorth}), then the one that was not used for the longest time; a
 * directory goes as a whole or not at all, and never while a step uses it.
 *
 * @param totalBytes of all directories
 * @param namespaceBytes of those of one namespace, its forks counted with it
 * @param idBytes of those of one id in a namespace: other platforms, copies of private uses
 * @param age what was not used for this long goes, however little there is
 * @param spared what was used within this time stays, whatever the limits
 */
public record CacheLimits(
    OptionalLong totalBytes,
    OptionalLong namespaceBytes,
    OptionalLong idBytes,
    Optional<Duration> age,
    Duration spared) {

  /** No limits. */
  public static final CacheLimits NONE =
      new CacheLimits(
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Duration.ZERO);

  /** No more than this in all. */
  public static CacheLimits ofTotal(long bytes) {
    return new CacheLimits(
        OptionalLong.of(bytes),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        Duration.ZERO);
  }

  /** The same for directories that were not used for some time. */
  public CacheLimits sparing(Duration usedWithin) {
    return new CacheLimits(totalBytes, namespaceBytes, idBytes, age, usedWithin);
  }

  /** The same, and nothing that was not used for this long. */
  public CacheLimits unusedFor(Duration longest) {
    return new CacheLimits(totalBytes, namespaceBytes, idBytes, Optional.of(longest), spared);
  }

  /** Whether anything is limited. */
  public boolean isNone() {
    return equals(NONE.sparing(spared));
  }

  /**
   * What has to go of all that an agent has, in this order.
   *
   * @param nowMillis since the epoch
   */
  public List<CacheDirectory> exceeding(List<CacheDirectory> all, long nowMillis) {
    return new Choice(this, nowMillis).of(all);
  }

  /** One choice. Used by one thread. */
  private static final class Choice {

    private final CacheLimits limits;
    private final long now;
    private final Set<CacheDirectory> gone = new LinkedHashSet<>();

    Choice(CacheLimits limits, long nowMillis) {
      this.limits = limits;
      this.now = nowMillis;
    }

    List<CacheDirectory> of(List<CacheDirectory> all) {
      List<CacheDirectory> ordered = new ArrayList<>(all);
      ordered.sort(
          Comparator.comparingDouble(this::worth)
              .thenComparingLong(CacheDirectory::lastUsedMillis));
      limits
          .age()
          .ifPresent(
              age ->
                  ordered.stream()
                      .filter(one -> mayGo(one) && since(one) >= age.toMillis())
                      .forEach(gone::add));
      keep(ordered, limits.idBytes(), one -> List.of(family(one), one.id()));
      keep(ordered, limits.namespaceBytes(), Choice::family);
      keep(ordered, limits.totalBytes(), one -> "");
      return List.copyOf(gone);
    }

    private double worth(CacheDirectory one) {
      return one.worth().perGigabyte(one.bytes(), since(one));
    }

    private long since(CacheDirectory one) {
      return Math.max(0, now - one.lastUsedMillis());
    }

    private boolean mayGo(CacheDirectory one) {
      return !one.inUse() && since(one) >= limits.spared().toMillis();
    }

    private static String family(CacheDirectory one) {
      return CacheKey.family(one.namespace());
    }

    private void keep(
        List<CacheDirectory> ordered, OptionalLong most, Function<CacheDirectory, Object> group) {
      if (most.isEmpty()) {
        return;
      }
      Map<Object, Long> left =
          ordered.stream()
              .filter(one -> !gone.contains(one))
              .collect(Collectors.groupingBy(group, Collectors.summingLong(CacheDirectory::bytes)));
      for (CacheDirectory one : ordered) {
        Object name = group.apply(one);
        boolean over = left.getOrDefault(name, 0L) > most.getAsLong();
        // With nothing allowed, what is empty goes too.
        if ((over || most.getAsLong() == 0) && mayGo(one) && gone.add(one)) {
          left.merge(name, -one.bytes(), Long::sum);
        }
      }
    }
  }
}
