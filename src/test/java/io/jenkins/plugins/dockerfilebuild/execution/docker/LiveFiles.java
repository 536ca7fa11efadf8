package io.jenkins.plugins.dockerfilebuild.execution.docker;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds files of an agent that is at work: what it removes meanwhile, as a rehearsal does and a
 * file that is put in its place, is passed over, where {@link Files#walk} fails.
 */
public final class LiveFiles {

  private LiveFiles() {}

  /** The first file or directory below a directory that fits. */
  public static Path first(Path root, Predicate<Path> fits) throws IOException {
    return all(root, fits).stream().findFirst().orElseThrow();
  }

  /** All files and directories below a directory that fit. */
  public static List<Path> all(Path root, Predicate<Path> fits) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return visitFile(path, attributes);
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (fits.test(path)) {
              found.add(path);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path gone, IOException problem) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, IOException problem) {
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
