package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.util.SplittableRandom;

/**
 * Finds where a file is cut into chunks by what it holds, so that bytes inserted or removed change
 * only the chunks around them: FastCDC (Xia et al., USENIX ATC 2016) with normalised chunking. A
 * rolling hash over the last 64 bytes (gear) decides; below the average size two more bits of it
 * must be zero than above.
 *
 * <p>The parameters are part of the format: two agents that cut alike find each other's chunks.
 * Others would still be correct, but transfer more.
 *
 * <table>
 * <caption>Parameters</caption>
 * <tr><td>least size</td><td>{@value #MIN}; a file up to this size is one chunk</td></tr>
 * <tr><td>average size</td><td>{@value #AVERAGE}</td></tr>
 * <tr><td>greatest size</td><td>{@value #MAX}</td></tr>
 * <tr><td>gear table</td><td>256 longs of {@code SplittableRandom(0x6466622d63646331)}</td></tr>
 * <tr><td>masks</td><td>the 18 and the 14 highest bits</td></tr>
 * </table>
 */
final class Chunker {

  static final int MIN = 16 << 10;
  static final int AVERAGE = 64 << 10;
  static final int MAX = 256 << 10;

  /** AVERAGE is 2^16; the hash shifts left, so its highest bits depend on 64 bytes. */
  private static final long STRICT = -1L << (64 - 18);

  private static final long EASY = -1L << (64 - 14);

  private static final long[] GEAR = new SplittableRandom(0x6466622d63646331L).longs(256).toArray();

  private Chunker() {}

  /**
   * The length of the chunk that begins at {@code start}.
   *
   * @param end of the bytes that are there; at least {@value #MAX} after start, or the file's end
   */
  static int cut(byte[] bytes, int start, int end) {
    int available = end - start;
    if (available <= MIN) {
      return available;
    }
    int limit = start + Math.min(available, MAX);
    int middle = Math.min(limit, start + AVERAGE);
    long hash = 0;
    int i = start + MIN;
    for (; i < middle; i++) {
      hash = (hash << 1) + GEAR[bytes[i] & 0xff];
      if ((hash & STRICT) == 0) {
        return i + 1 - start;
      }
    }
    for (; i < limit; i++) {
      hash = (hash << 1) + GEAR[bytes[i] & 0xff];
      if ((hash & EASY) == 0) {
        return i + 1 - start;
      }
    }
    return limit - start;
  }
}
