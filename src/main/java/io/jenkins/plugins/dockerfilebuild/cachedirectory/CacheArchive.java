package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.airlift.compress.zstd.ZstdOutputStream;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/**
 * An archive that was read: a manifest and its chunks, in a temporary folder until it is closed.
 * Agents can be sent it as if another agent held it. Thread-safe.
 */
public final class CacheArchive implements AutoCloseable {

  private final Path folder;
  private final ChunkSpool spool;
  private final CacheManifest manifest;
  private final int attributesLeftOut;
  private final Path patch;

  private CacheArchive(Path folder, ChunkSpool spool, ArchiveReader reader, InputStream packed)
      throws IOException {
    this.folder = folder;
    this.spool = spool;
    this.manifest = reader.read(packed);
    this.attributesLeftOut = reader.attributesLeftOut();
    this.patch = folder.resolve("patch");
    try (ZstdOutputStream out = new ZstdOutputStream(Files.newOutputStream(patch))) {
      ManifestPatch.write(CacheManifest.EMPTY, manifest, out);
    }
  }

  /**
   * Reads a tar, packed with gzip or zstd or not at all, to its end.
   *
   * @param temporary a folder with room for what the archive holds
   * @throws MalformedArchiveException it is refused; nothing is left of it
   * @throws MalformedManifestException likewise, for what it holds does not fit together
   */
  public static CacheArchive read(InputStream packed, Path temporary, ArchiveBounds bounds)
      throws IOException {
    Path folder = Files.createTempDirectory(Files.createDirectories(temporary), "archive");
    ChunkSpool spool = new ChunkSpool(folder.resolve("chunks"));
    boolean done = false;
    try {
      CacheArchive read = new CacheArchive(folder, spool, new ArchiveReader(bounds, spool), packed);
      done = true;
      return read;
    } finally {
      if (!done) {
        spool.close();
        RecursiveRemoval.remove(folder);
      }
    }
  }

  /** What it holds. */
  public CacheManifest manifest() {
    return manifest;
  }

  /** Extended attributes that no replica keeps: all but {@code user.*}. */
  public int attributesLeftOut() {
    return attributesLeftOut;
  }

  /** A part of the patch that makes the manifest from nothing; empty at the end. */
  public Bytes patch(long offset, int most) throws IOException {
    return PatchFiles.part(patch, offset, most);
  }

  /** Those of the chunks that are here, {@code most} bytes at most. */
  public Bytes chunks(Collection<Digest> wanted, int most) throws IOException {
    return spool.read(wanted, most);
  }

  @Override
  public void close() throws IOException {
    spool.close();
    RecursiveRemoval.remove(folder);
  }
}
