package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * All files of a {@link ContentStore}, as they are found by looking: blobs, and what is received or
 * was left when that was cut short. Others may add and remove some meanwhile.
 *
 * @param root the folder of folders of blobs
 */
record StoredFiles(Path root) {

  @FunctionalInterface
  private interface Visitor {
    void visit(Path file) throws IOException;
  }

  /** All blobs that are there. */
  List<StoreSweep.Blob> blobs() throws IOException {
    List<StoreSweep.Blob> found = new ArrayList<>();
    forEach("[!.]*", file -> blob(file).ifPresent(found::add));
    return found;
  }

  /** Empty if another process has pruned it meanwhile, or it is none. */
  private static Optional<StoreSweep.Blob> blob(Path file) throws IOException {
    try {
      Digest digest = new Digest(file.getFileName().toString());
      return Optional.of(new StoreSweep.Blob(file, digest, FileStamp.of(file)));
    } catch (NoSuchFileException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Removes what was half received and has not changed since then. */
  void removeUnfinished(Instant limit) throws IOException {
    forEach(".*", file -> deleteIfOlder(file, limit));
  }

  private static void deleteIfOlder(Path file, Instant limit) throws IOException {
    try {
      if (Files.getLastModifiedTime(file).to(TimeUnit.MILLISECONDS) < limit.toEpochMilli()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // Its blob is whole now.
    }
  }

  /**
   * @param names as a glob
   */
  private void forEach(String names, Visitor visitor) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
      for (Path folder : folders) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, names)) {
          for (Path file : files) {
            visitor.visit(file);
          }
        }
      }
    }
  }
}
