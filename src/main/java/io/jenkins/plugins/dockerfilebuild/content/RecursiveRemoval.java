package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Removes a directory with everything in it; symbolic links are removed, never followed. */
public final class RecursiveRemoval extends SimpleFileVisitor<Path> {

  private static final int OWNER_ALL = 0700;

  private RecursiveRemoval() {}

  /** Removes {@code path}, of whatever type; does nothing if it is not there. */
  public static void remove(Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(path, new RecursiveRemoval());
    }
  }

  /** A directory that its owner may not write cannot be emptied by anybody but root. */
  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
      throws IOException {
    if (!Files.isWritable(directory)) {
      Files.setAttribute(directory, "unix:mode", OWNER_ALL);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    Files.delete(file);
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path directory, IOException thrown) throws IOException {
    if (thrown != null) {
      throw thrown;
    }
    Files.delete(directory);
    return FileVisitResult.CONTINUE;
  }
}
