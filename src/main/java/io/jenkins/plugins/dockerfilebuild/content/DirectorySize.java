package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * How much a directory holds. Files that come and go meanwhile do not matter.
 *
 * @param bytes sum of the lengths of all files, each name of a hard link counted
 * @param files all that is no directory
 */
public record DirectorySize(long bytes, long files) {

  /** Counts all below a directory, following no link. */
  public static DirectorySize of(Path directory) throws IOException {
    Counter counter = new Counter();
    Files.walkFileTree(directory, counter);
    return new DirectorySize(counter.bytes, counter.files);
  }

  private static final class Counter extends SimpleFileVisitor<Path> {
    private long bytes;
    private long files;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      bytes += attributes.isRegularFile() ? attributes.size() : 0;
      files++;
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException gone) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException changed) {
      return FileVisitResult.CONTINUE;
    }
  }
}
