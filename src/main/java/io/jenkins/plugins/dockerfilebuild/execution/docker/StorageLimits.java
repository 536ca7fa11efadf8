package io.jenkins.plugins.dockerfilebuild.execution.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What an agent may keep without being asked.
 *
 * @param keepBytes of each kind, and of cache directories
 * @param unused what was not used for this long goes, however little there is
 */
public record StorageLimits(long keepBytes, Duration unused) {

  /** How long what is not used stays. */
  static final Duration UNUSED = Duration.ofDays(14);

  private static final long LEAST = 2L << 30;

  /** Two weeks, and this much. */
  public static StorageLimits of(long keepBytes) {
    return new StorageLimits(keepBytes, UNUSED);
  }

  /** Two weeks, and a tenth of the disk below {@code state}, but no less than 2 GiB. */
  public static StorageLimits ofDisk(Path state) throws IOException {
    long disk = Files.getFileStore(state).getTotalSpace();
    return of(Math.max(LEAST, disk / 10));
  }
}
