package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import io.jenkins.plugins.dockerfilebuild.content.DirectorySize;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;

/**
 * Something that an agent keeps only to save time: it can be made again.
 *
 * @param bytes that are free once it is removed
 * @param used last
 */
public record Expendable(long bytes, FileTime used, Removal removal) {

  /** Removes what nobody uses. */
  @FunctionalInterface
  public interface Removal {

    /** Answers whether it is gone; false if somebody uses it now. */
    boolean removeIfIdle() throws IOException;
  }

  /** How many there are, and what they hold. */
  public static DirectorySize sum(List<Expendable> all) {
    return new DirectorySize(all.stream().mapToLong(Expendable::bytes).sum(), all.size());
  }

  /**
   * Removes those that nobody uses, the longest unused first, until no more than {@code keepBytes}
   * are left.
   *
   * @param limit only what was not used after this time goes
   * @return what was removed
   */
  public static DirectorySize prune(List<Expendable> all, long keepBytes, FileTime limit)
      throws IOException {
    long left = sum(all).bytes();
    long freed = 0;
    long count = 0;
    for (Expendable one : all.stream().sorted(Comparator.comparing(Expendable::used)).toList()) {
      boolean old = one.used.compareTo(limit) <= 0;
      if (left - freed > keepBytes && old && one.removal.removeIfIdle()) {
        freed += one.bytes;
        count++;
      }
    }
    return new DirectorySize(freed, count);
  }
}
