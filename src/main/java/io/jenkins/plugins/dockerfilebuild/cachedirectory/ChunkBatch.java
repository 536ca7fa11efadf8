package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.zstd.ZstdCompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Chunks on their way between agents, many in one piece. The encoding: a byte that says how the
 * rest is packed (0 as it is, 1 one zstd frame), how long the rest is unpacked (4 bytes,
 * big-endian), and the rest: the chunks one after the other, each as its digest, its length in 4
 * bytes, and its bytes.
 *
 * <p>A batch is compressed where it is to be kept, or crosses a link that is slower than
 * compressing ({@link #packed}): that costs four times what all the rest does. Batches that would
 * not shrink are not compressed: what caches hold is often compressed already, and a look at a
 * sample costs less than trying all of it.
 */
public final class ChunkBatch {

  /** Unpacked, without framing. */
  public static final int MAX_BYTES = 4 << 20;

  /** A batch of the smallest chunks still has bounded framing. */
  public static final int MAX_CHUNKS = 16_384;

  private static final int HEADER = 1 + Integer.BYTES;
  private static final int FRAMING = Digest.LENGTH + Integer.BYTES;
  private static final int MAX_UNPACKED = MAX_BYTES + MAX_CHUNKS * FRAMING;
  private static final byte PLAIN = 0;
  private static final byte ZSTD = 1;
  private static final int SAMPLE = 32 << 10;

  private ChunkBatch() {}

  /** Receives a batch's chunks. */
  @FunctionalInterface
  public interface Receiver {

    /**
     * @param bytes whose digest has been verified; they must not be kept
     */
    void chunk(byte[] digest, ByteBuffer bytes) throws IOException;
  }

  /** Gathers chunks. Used by one thread. */
  public static final class Builder {

    private byte[] batch;
    private int end = HEADER;

    /**
     * @param bytes of chunks that are to come, about; more may
     * @param chunks that are to come, about
     */
    public Builder(int bytes, int chunks) {
      batch = new byte[HEADER + bytes + chunks * FRAMING];
    }

    /** Writes a chunk's bytes to their place in a batch. */
    @FunctionalInterface
    interface Content {

      /** Answers false where there is no such chunk. */
      boolean writeTo(byte[] batch, int start) throws IOException;
    }

    /** Adds a chunk, if there is one; the caller keeps to the bounds. */
    void add(byte[] digest, int length, Content content) throws IOException {
      int start = room(length);
      if (content.writeTo(batch, start)) {
        take(digest, length);
      }
    }

    /** Adds a chunk; the caller keeps to the bounds. */
    public void add(byte[] digest, byte[] bytes, int length) {
      int start = room(length);
      System.arraycopy(bytes, 0, batch, start, length);
      take(digest, length);
    }

    /** Where the next chunk's bytes go. */
    private int room(int length) {
      int needed = end + FRAMING + length;
      if (needed > batch.length) {
        batch = Arrays.copyOf(batch, Math.max(needed, batch.length * 2));
      }
      return end + FRAMING;
    }

    private void take(byte[] digest, int length) {
      ByteBuffer.wrap(batch, end, FRAMING).put(digest).putInt(length);
      end += FRAMING + length;
    }

    /** The batch, as it is; the builder is of no use any more. */
    public Bytes build() {
      ByteBuffer.wrap(batch).put(PLAIN).putInt(end - HEADER);
      return Bytes.owning(end == batch.length ? batch : Arrays.copyOf(batch, end));
    }
  }

  /** The same batch for a network or a disk: compressed if it shrinks, and was not before. */
  public static Bytes packed(Bytes batch) {
    int length = batch.size() - HEADER;
    if (length <= 0 || isPacked(batch)) {
      return batch;
    }
    byte[] plain = batch.toArray();
    ZstdCompressor zstd = new ZstdCompressor();
    if (!shrinks(zstd, plain, length)) {
      return batch;
    }
    byte[] packed = new byte[HEADER + zstd.maxCompressedLength(length)];
    int end = zstd.compress(plain, HEADER, length, packed, HEADER, packed.length - HEADER);
    if (end >= length) {
      return batch;
    }
    ByteBuffer.wrap(packed).put(ZSTD).putInt(length);
    return Bytes.owning(Arrays.copyOf(packed, HEADER + end));
  }

  /** Whether it is compressed; what is no batch is not. */
  public static boolean isPacked(Bytes batch) {
    return batch.size() >= HEADER && batch.asBuffer().get() == ZSTD;
  }

  /** What a batch says that it holds unpacked, in bytes; 0 if it is no batch. */
  public static int unpackedBytes(Bytes batch) {
    return batch.size() >= HEADER ? Math.max(0, batch.asBuffer().getInt(1)) : 0;
  }

  /** Tries the middle. */
  private static boolean shrinks(ZstdCompressor zstd, byte[] plain, int length) {
    int tried = Math.min(SAMPLE, length);
    byte[] sample = new byte[zstd.maxCompressedLength(tried)];
    int from = HEADER + (length - tried) / 2;
    return zstd.compress(plain, from, tried, sample, 0, sample.length) < tried * 0.95;
  }

  /**
   * Unpacks a batch and verifies every chunk.
   *
   * @return how many there were
   * @throws MalformedManifestException it is no batch, is too large, or a chunk's bytes are not
   *     those of its digest; chunks before it have been received then
   */
  public static int receive(Bytes batch, Receiver receiver) throws IOException {
    boolean packed = isPacked(batch);
    Bytes plain = packed ? unpacked(batch) : batch;
    ByteBuffer chunks = plain.asBuffer();
    if (!packed) {
      skipHeader(chunks);
    }
    MessageDigest digester = Digest.sha256();
    int count = 0;
    while (chunks.hasRemaining()) {
      byte[] digest = digest(chunks);
      int length = length(chunks);
      plain.addTo(digester, chunks.position(), length);
      verify(digest, digester.digest());
      receiver.chunk(digest, chunks.slice(chunks.position(), length));
      chunks.position(chunks.position() + length);
      count++;
    }
    return count;
  }

  private static byte[] digest(ByteBuffer chunks) throws MalformedManifestException {
    if (chunks.remaining() < FRAMING) {
      throw new MalformedManifestException("a batch of chunks is cut short");
    }
    byte[] digest = new byte[Digest.LENGTH];
    chunks.get(digest);
    return digest;
  }

  private static int length(ByteBuffer chunks) throws MalformedManifestException {
    int length = chunks.getInt();
    if (length <= 0 || length > Math.min(Chunker.MAX, chunks.remaining())) {
      throw new MalformedManifestException("a chunk of " + length + " bytes is not possible");
    }
    return length;
  }

  private static void verify(byte[] digest, byte[] actual) throws MalformedManifestException {
    if (!Arrays.equals(digest, actual)) {
      throw new MalformedManifestException(
          "received a chunk of %s instead of %s"
              .formatted(Digest.from(actual), Digest.from(digest)));
    }
  }

  /** Passes over what stands before the chunks of a batch that is not packed. */
  private static void skipHeader(ByteBuffer batch) throws MalformedManifestException {
    if (batch.remaining() < HEADER) {
      throw new MalformedManifestException("a batch of chunks is cut short");
    }
    byte packing = batch.get();
    if (packing != PLAIN || checked(batch.getInt()) != batch.remaining()) {
      throw new MalformedManifestException("a batch of chunks is not packed as it says");
    }
  }

  private static int checked(int length) throws MalformedManifestException {
    if (length < 0 || length > MAX_UNPACKED) {
      throw new MalformedManifestException(
          "a batch of chunks that would unpack to " + Integer.toUnsignedLong(length) + " bytes");
    }
    return length;
  }

  private static Bytes unpacked(Bytes batch) throws MalformedManifestException {
    int length = checked(batch.asBuffer().getInt(1));
    return Bytes.owning(decompressed(batch.toArray(), length));
  }

  private static byte[] decompressed(byte[] batch, int length) throws MalformedManifestException {
    try {
      byte[] out = new byte[length];
      int actual =
          new ZstdDecompressor().decompress(batch, HEADER, batch.length - HEADER, out, 0, length);
      if (actual == length) {
        return out;
      }
    } catch (MalformedInputException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new MalformedManifestException("a batch of chunks cannot be unpacked", e);
    }
    throw new MalformedManifestException("a batch of chunks is not as long as it says");
  }
}
