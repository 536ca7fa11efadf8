package io.jenkins.plugins.dockerfilebuild.execution.context;

import java.io.InputStream;
import java.util.Objects;
import java.util.function.LongFunction;

/** A file that is read batch by batch from elsewhere. Used by one thread. */
final class RemoteFile extends InputStream {

  private final LongFunction<byte[]> read;
  private byte[] batch = new byte[0];
  private int position = 0;
  private long next = 0;
  private boolean ended = false;

  /**
   * @param read answers the bytes from an offset on; no more than a batch, fewer only at the end
   */
  RemoteFile(LongFunction<byte[]> read) {
    this.read = read;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (position == batch.length && !ended) {
      batch = read.apply(next);
      next += batch.length;
      position = 0;
      ended = batch.length < ContextFrames.BATCH_BYTES;
    }
    int count = Math.min(length, batch.length - position);
    System.arraycopy(batch, position, target, offset, count);
    position += count;
    return count == 0 ? -1 : count;
  }
}
