package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The chunks of a file, in order: digest and length of each. Kept as bytes, since a cache of 10 GiB
 * has some 200,000 chunks and an object each would not fit a small heap.
 */
public final class ChunkList {

  /** No chunks: an empty file, or no file. */
  public static final ChunkList EMPTY = new ChunkList(new byte[0]);

  private static final int STRIDE = Digest.LENGTH + Integer.BYTES;

  private final byte[] packed;

  private ChunkList(byte[] packed) {
    this.packed = packed;
  }

  /** One chunk. */
  public record Chunk(Digest digest, int length) {}

  /** A list of these chunks. */
  public static ChunkList of(List<Chunk> chunks) {
    Builder builder = new Builder();
    chunks.forEach(chunk -> builder.add(chunk.digest().toBytes(), chunk.length()));
    return builder.build();
  }

  public int count() {
    return packed.length / STRIDE;
  }

  public Digest digest(int index) {
    return Digest.from(rawDigest(index));
  }

  /** The 32 bytes of a digest. */
  byte[] rawDigest(int index) {
    int start = index * STRIDE;
    return Arrays.copyOfRange(packed, start, start + Digest.LENGTH);
  }

  public int length(int index) {
    return ByteBuffer.wrap(packed).getInt(index * STRIDE + Digest.LENGTH);
  }

  /** Bytes of all chunks. */
  public long size() {
    long size = 0;
    for (int i = 0; i < count(); i++) {
      size += length(i);
    }
    return size;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChunkList that && Arrays.equals(packed, that.packed);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(packed);
  }

  @Override
  public String toString() {
    return count() + " chunks, " + size() + " bytes";
  }

  /** Gathers chunks. Not thread-safe. */
  static final class Builder {

    private byte[] packed = new byte[STRIDE];
    private int end;

    void add(byte[] rawDigest, int length) {
      if (end == packed.length) {
        packed = Arrays.copyOf(packed, packed.length * 2);
      }
      ByteBuffer.wrap(packed, end, STRIDE).put(rawDigest).putInt(length);
      end += STRIDE;
    }

    ChunkList build() {
      return end == 0 ? EMPTY : new ChunkList(Arrays.copyOf(packed, end));
    }
  }
}
