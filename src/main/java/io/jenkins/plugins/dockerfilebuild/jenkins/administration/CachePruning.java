package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What to remove. Directories that a step has now stay in any case.
 *
 * @param rows names of {@link CacheRow}s; none: of all
 * @param keepBytes remove the longest unused until this is left on each agent
 * @param olderThan remove only what was not used for so long
 */
record CachePruning(Set<String> rows, OptionalLong keepBytes, Duration olderThan) {

  private static final long GIGABYTE = 1_000_000_000L;

  /**
   * As a form says it.
   *
   * @throws IllegalArgumentException a number is none, or nothing at all is said: that would remove
   *     everything
   */
  static CachePruning of(Set<String> rows, String keepGigabytes, String olderThanDays) {
    OptionalLong keep = number("keepGigabytes", keepGigabytes);
    OptionalLong days = number("olderThanDays", olderThanDays);
    if (rows.isEmpty() && keep.isEmpty() && days.isEmpty()) {
      throw new IllegalArgumentException(
          "Choose directories, or give an age or a size: nothing was removed");
    }
    return new CachePruning(
        Set.copyOf(rows),
        keep.isPresent() ? OptionalLong.of(keep.getAsLong() * GIGABYTE) : keep,
        Duration.ofDays(days.orElse(0)));
  }

  private static OptionalLong number(String field, String text) {
    if (text == null || text.isBlank()) {
      return OptionalLong.empty();
    }
    if (!text.strip().matches("\\d{1,6}")) {
      throw new IllegalArgumentException(
          field + ": \"" + text.strip() + "\" is not a number from 0 to 999999");
    }
    return OptionalLong.of(Long.parseLong(text.strip()));
  }

  List<CacheDirectory> on(CacheDirectories directories) {
    return directories.prune(
        directory ->
            rows.isEmpty() || rows.contains(CacheRow.name(directory.namespace(), directory.id())),
        keepBytes,
        olderThan);
  }
}
