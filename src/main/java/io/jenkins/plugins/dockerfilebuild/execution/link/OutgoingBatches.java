package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** The stream that an operation writes, as events of a batch each. Used by one thread. */
final class OutgoingBatches extends OutputStream {

  private final EventQueue events;

  /** Made when it is needed: most operations write nothing. */
  private byte[] buffer = new byte[0];

  private int filled;

  OutgoingBatches(EventQueue events) {
    this.events = events;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    if (buffer.length == 0) {
      buffer = new byte[LinkLimits.BATCH_BYTES];
    }
    int from = offset;
    int left = length;
    while (left > 0) {
      int count = Math.min(left, buffer.length - filled);
      System.arraycopy(source, from, buffer, filled, count);
      filled += count;
      from += count;
      left -= count;
      if (filled == buffer.length) {
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
    events.add(new OperationEvent.Data(Bytes.owning(Arrays.copyOf(buffer, filled))));
    filled = 0;
  }
}
