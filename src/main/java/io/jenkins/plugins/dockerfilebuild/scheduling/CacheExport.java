package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.ArchiveWriter;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheEntry;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheManifest;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.IncomingPatch;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * Writes a version of a cache directory as an archive, from whoever has it. Nothing is held
 * meanwhile: what a step changes before it was read is an error, never another version's bytes.
 */
record CacheExport(List<CacheMoves.Source> sources, ExecutorService threads) {

  /**
   * @param temporary a folder for a file while the manifest is read
   */
  void write(ArchiveWriter archive, Path temporary) throws IOException, InterruptedException {
    CacheManifest manifest = manifest(temporary);
    try (ChunkFeed feed = new ChunkFeed(manifest, sources, threads)) {
      for (CacheEntry entry : manifest.entries()) {
        archive.begin(entry);
        for (int i = 0; i < entry.chunks().count(); i++) {
          archive.content(feed.next(entry.chunks().digest(i)));
        }
        archive.end();
      }
    }
  }

  private CacheManifest manifest(Path temporary) throws IOException {
    IOException problem = new IOException("no agent has the cache directory");
    for (CacheMoves.Source source : sources) {
      Path file = Files.createTempDirectory(temporary, "export").resolve("patch");
      try {
        return manifest(source, IncomingPatch.fromNothing(file));
      } catch (IOException | AgentLostException e) {
        problem = new IOException(source.name() + ": " + e.getMessage(), e);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(file.getParent());
      }
    }
    throw problem;
  }

  private static CacheManifest manifest(CacheMoves.Source source, IncomingPatch patch)
      throws IOException {
    long offset = 0;
    while (true) {
      Bytes part =
          source.content().readPatch(source.key(), source.manifest(), Optional.empty(), offset);
      if (part.size() == 0) {
        return patch.apply(source.manifest());
      }
      patch.append(part);
      offset += part.size();
    }
  }
}
