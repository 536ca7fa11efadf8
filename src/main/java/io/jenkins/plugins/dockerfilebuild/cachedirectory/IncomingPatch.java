package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.zstd.ZstdInputStream;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A patch that comes from another agent, part by part, gathered in a file and bounded, packed as
 * unpacked: what is sent is not trusted. Used by one thread.
 */
public final class IncomingPatch {

  /** The largest manifest has 2,000,000 entries; those of real caches have 100 bytes each. */
  private static final long MAX_UNPACKED = 512L << 20;

  private static final long MAX_PACKED = 256L << 20;

  private final Base base;
  private final Path file;
  private long length;

  private IncomingPatch(Base base, Path file) {
    this.base = base;
    this.file = file;
  }

  /** What the patch may start from. */
  @FunctionalInterface
  private interface Base {
    CacheManifest manifest() throws IOException;
  }

  /**
   * Begins to gather a patch that starts from nothing, for somebody who has no replica.
   *
   * @param file that does not exist; it is the caller's to remove
   */
  public static IncomingPatch fromNothing(Path file) throws IOException {
    Files.createFile(file);
    return new IncomingPatch(() -> CacheManifest.EMPTY, file);
  }

  /** Begins to gather; what was gathered for the replica before is given up. */
  public static IncomingPatch begin(Replica replica) throws IOException {
    Path file = replica.newStaging().resolve("patch");
    Files.createFile(file);
    return new IncomingPatch(
        () -> replica.manifest(replica.known()).orElse(CacheManifest.EMPTY), file);
  }

  /**
   * Adds a part.
   *
   * @throws MalformedManifestException there is too much of it
   */
  public void append(Bytes part) throws IOException {
    length += part.size();
    if (length > MAX_PACKED) {
      throw new MalformedManifestException("a patch of a cache manifest of " + length + " bytes");
    }
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
      out.write(part.toArray());
    }
  }

  /**
   * Applies the whole patch.
   *
   * @param expected what must come out
   */
  public CacheManifest apply(Digest expected) throws IOException {
    CacheManifest start = base.manifest();
    try (InputStream in =
        new BufferedInputStream(
            new Bounded(new ZstdInputStream(Files.newInputStream(file))), 1 << 16)) {
      return ManifestPatch.apply(start, expected, in);
    } catch (MalformedInputException | IllegalArgumentException e) {
      throw new MalformedManifestException("a patch cannot be unpacked: " + e.getMessage(), e);
    }
  }

  /** Ends with an error where more comes than can be right. */
  private static final class Bounded extends FilterInputStream {

    private long read;

    Bounded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      count(next < 0 ? 0 : 1);
      return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int most) throws IOException {
      int count = super.read(bytes, offset, most);
      count(Math.max(0, count));
      return count;
    }

    private void count(int bytes) throws MalformedManifestException {
      read += bytes;
      if (read > MAX_UNPACKED) {
        throw new MalformedManifestException("a patch unpacks to more than a manifest can be");
      }
    }
  }
}
