package io.jenkins.plugins.dockerfilebuild.execution;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** The cache directories that an agent keeps. Thread-safe, also between processes. */
public interface CacheDirectories {

  List<CacheDirectory> list();

  /**
   * Removes directories that nobody uses, as far as they exceed limits.
   *
   * @param which to consider at all, also for sums
   * @return what was removed
   */
  List<CacheDirectory> prune(Predicate<CacheDirectory> which, CacheLimits limits);

  /**
   * Removes directories that nobody uses.
   *
   * @param which to consider at all
   * @param keepBytes remove what is worth least until no more than this is left; empty: all
   * @param olderThan remove only what was not used for this long
   * @return what was removed
   */
  default List<CacheDirectory> prune(
      Predicate<CacheDirectory> which, OptionalLong keepBytes, Duration olderThan) {
    return prune(which, CacheLimits.ofTotal(keepBytes.orElse(0)).sparing(olderThan));
  }

  /**
   * One directory.
   *
   * @param lastUsedMillis since the epoch
   * @param inUse whether a step holds it now
   * @param worth what it saves steps
   */
  record CacheDirectory(
      String namespace,
      String id,
      String instance,
      long bytes,
      long files,
      long createdMillis,
      long lastUsedMillis,
      boolean inUse,
      CacheWorth worth) {}
}
