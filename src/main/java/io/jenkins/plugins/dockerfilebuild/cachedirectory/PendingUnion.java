package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The versions of a replica that are to be united with one that was made without them ({@link
 * Kept#VERSION}), until what comes of that is published: an attempt that was cut short is begun
 * again with all that it had. Their digests stand in a file, one a line.
 */
record PendingUnion(Path file, ManifestHistory history) {

  /**
   * Notes one more.
   *
   * @param manifest its digest; empty for none
   * @return it, and those of earlier attempts, as far as they are still known
   */
  List<CacheManifest> begin(String manifest) throws IOException {
    Set<String> digests = new LinkedHashSet<>(noted());
    if (!manifest.isEmpty()) {
      digests.add(manifest);
    }
    AtomicFiles.write(file, String.join("\n", digests).getBytes(StandardCharsets.UTF_8));
    List<CacheManifest> versions = new ArrayList<>();
    for (String digest : digests) {
      Optional<CacheManifest> found = history.find(Digest.parse(digest));
      found.ifPresent(versions::add);
    }
    return versions;
  }

  private List<String> noted() throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException none) {
      return List.of();
    }
  }

  /** The union is published. */
  void end() throws IOException {
    Files.deleteIfExists(file);
  }
}
