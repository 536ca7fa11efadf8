package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * On an agent: runtimes of other releases, and what an interrupted upload left, go when nobody has
 * loaded or written them for some days; another controller may use the same folder with another
 * release. Free of libraries, as all that crosses the channel class by class.
 */
final class OldRuntimes {

  private static final Duration UNUSED = Duration.ofDays(7);

  private OldRuntimes() {}

  /** The runtime in this folder is in use now. */
  static void used(Path runtime, Instant now) throws IOException {
    Files.setLastModifiedTime(runtime, FileTime.from(now));
  }

  /**
   * Removes what is old.
   *
   * @param folder that holds a folder for each runtime
   * @param keep the runtime that is about to be used
   */
  static void sweep(Path folder, Path keep, Instant now) throws IOException {
    for (Path entry : list(folder)) {
      boolean old = Files.getLastModifiedTime(entry).toInstant().isBefore(now.minus(UNUSED));
      if (old && !entry.equals(keep)) {
        delete(entry);
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  static void delete(Path entry) throws IOException {
    try (Stream<Path> files = Files.walk(entry)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
