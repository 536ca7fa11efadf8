package io.jenkins.plugins.dockerfilebuild.content;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * When the entries of a {@link Tree} were last modified at their source: nanoseconds since the
 * epoch, one per entry, in the order of the entries. They travel beside the tree, as a blob of
 * their own, and never count in a key (decision 8).
 *
 * <p>Encoding, version 1: {@code "dfb-times1\n"}, then 8 bytes per entry, big-endian.
 */
public final class ModificationTimes {

  private static final byte[] MAGIC = "dfb-times1\n".getBytes(StandardCharsets.US_ASCII);

  private final long[] nanos;
  // Null until asked for; computed twice at worst, with the same result.
  private volatile Digest digest;

  private ModificationTimes(long[] nanos) {
    this.nanos = nanos;
  }

  public static ModificationTimes of(LongStream nanos) {
    return new ModificationTimes(nanos.toArray());
  }

  public int size() {
    return nanos.length;
  }

  /** Nanoseconds since the epoch of the tree's entry {@code index}. */
  public long nanos(int index) {
    return nanos[index];
  }

  public byte[] encoded() {
    ByteBuffer out = ByteBuffer.allocate(MAGIC.length + nanos.length * Long.BYTES).put(MAGIC);
    out.asLongBuffer().put(nanos);
    return out.array();
  }

  /**
   * Reads {@link #encoded()} back.
   *
   * @throws MalformedTreeException the bytes are something else
   */
  public static ModificationTimes decode(byte[] encoded) {
    int length = encoded.length - MAGIC.length;
    if (!Arrays.equals(MAGIC, Arrays.copyOf(encoded, MAGIC.length)) || length % Long.BYTES != 0) {
      throw new MalformedTreeException("not modification times in the encoding of this version");
    }
    long[] nanos = new long[length / Long.BYTES];
    ByteBuffer.wrap(encoded, MAGIC.length, length).asLongBuffer().get(nanos);
    return new ModificationTimes(nanos);
  }

  public Digest digest() {
    Digest known = digest;
    if (known == null) {
      known = Digest.of(encoded());
      digest = known;
    }
    return known;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModificationTimes that && Arrays.equals(nanos, that.nanos);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(nanos);
  }
}
