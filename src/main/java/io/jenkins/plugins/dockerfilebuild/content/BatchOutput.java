package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Gathers what is written into batches of equal size, the last one excepted. One thread. */
public final class BatchOutput extends OutputStream {

  /** Takes a batch, which is its own from then on; never an empty one. */
  @FunctionalInterface
  public interface Sink {
    void take(byte[] batch) throws IOException;
  }

  private final int size;
  private final Sink sink;

  /** Made when it is needed: many streams are never written to. */
  private byte[] buffer = new byte[0];

  private int filled;

  /**
   * @param size of a batch, in bytes
   */
  public BatchOutput(int size, Sink sink) {
    this.size = size;
    this.sink = sink;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    if (buffer.length == 0) {
      buffer = new byte[size];
    }
    int from = offset;
    int left = length;
    while (left > 0) {
      int count = Math.min(left, size - filled);
      System.arraycopy(source, from, buffer, filled, count);
      filled += count;
      from += count;
      left -= count;
      if (filled == size) {
        send();
      }
    }
  }

  /** Keeps what does not fill a batch: nobody waits for the middle of an archive. */
  @Override
  public void flush() {}

  /** Sends the rest; may be called again. */
  @Override
  public void close() throws IOException {
    if (filled > 0) {
      send();
    }
  }

  private void send() throws IOException {
    sink.take(Arrays.copyOf(buffer, filled));
    filled = 0;
  }
}
