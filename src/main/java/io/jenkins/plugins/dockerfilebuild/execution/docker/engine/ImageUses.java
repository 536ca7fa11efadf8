package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * When images were last used, which engines do not know: an empty file for each, whose time says
 * it. Soft: an image of which nothing is known counts as used when it was made. Thread-safe, also
 * between processes.
 */
public record ImageUses(Path directory, InstantSource clock) {

  /** A use is noted again after this time. */
  private static final Duration FRESH = Duration.ofMinutes(10);

  /** Remembers that an image was used just now. */
  public void note(String imageId) {
    Path file = file(imageId);
    try {
      Instant now = clock.instant();
      if (!Files.exists(file)) {
        Files.createDirectories(directory);
        Files.write(file, new byte[0]);
      } else if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(FRESH))) {
        Files.setLastModifiedTime(file, FileTime.from(now));
      }
    } catch (IOException e) {
      // The image may go sooner than it should, and would be made again.
    }
  }

  Instant lastUsed(String imageId, Instant created) {
    try {
      return Files.getLastModifiedTime(file(imageId)).toInstant();
    } catch (IOException e) {
      return created;
    }
  }

  /** Forgets all images but these. */
  void retain(Set<String> imageIds) throws IOException {
    Set<Path> wanted = imageIds.stream().map(this::file).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> unwanted = files.filter(file -> !wanted.contains(file)).toList();
      for (Path file : unwanted) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // No image was ever used.
    }
  }

  private Path file(String imageId) {
    return directory.resolve(imageId.replace("sha256:", "").replaceAll("[^0-9A-Za-z]", "_"));
  }
}
