package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.airlift.compress.zstd.ZstdOutputStream;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Patches that others read from a replica, part by part: made once, as a compressed file, since
 * several agents may want the same one. Thread-safe.
 */
public record PatchFiles(Replica replica) {

  private static final int KEPT = 16;

  /**
   * A part of the patch from {@code base} to {@code manifest}.
   *
   * @param base where the replica does not know it, or it is empty, the patch is from nothing
   * @return empty at the end
   */
  public Bytes read(Digest manifest, Optional<Digest> base, long offset, int most)
      throws IOException {
    CacheManifest to = known(manifest);
    CacheManifest from = CacheManifest.EMPTY;
    if (base.isPresent()) {
      from = replica.manifest(base.get()).orElse(CacheManifest.EMPTY);
    }
    Path file = replica.outgoing().resolve(from.digest().abbreviated() + "-" + to.digest().hex());
    synchronized (PatchFiles.class) {
      if (!Files.exists(file)) {
        removeOldest();
        write(from, to, file);
      }
    }
    return part(file, offset, most);
  }

  private CacheManifest known(Digest manifest) throws IOException {
    return replica
        .manifest(manifest)
        .orElseThrow(() -> new IOException("this agent does not know the manifest " + manifest));
  }

  private static void write(CacheManifest from, CacheManifest to, Path file) throws IOException {
    AtomicFiles.write(
        file,
        out -> {
          try (ZstdOutputStream zstd = new ZstdOutputStream(out)) {
            ManifestPatch.write(from, to, zstd);
          }
        });
  }

  /** One that is gone before somebody has read it to its end is made again, byte by byte equal. */
  private void removeOldest() throws IOException {
    if (!Files.isDirectory(replica.outgoing())) {
      return;
    }
    try (Stream<Path> all = Files.list(replica.outgoing())) {
      List<Path> files =
          all.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
      if (files.size() >= KEPT) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** A part of a file; empty at its end. */
  static Bytes part(Path file, long offset, int most) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      int length = (int) Math.max(0, Math.min(most, channel.size() - offset));
      ByteBuffer part = ByteBuffer.allocate(length);
      while (part.hasRemaining() && channel.read(part, offset + part.position()) >= 0) {
        // Reads on until the part is full.
      }
      return Bytes.owning(part.array());
    }
  }
}
