package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The stream that an operation reads, from batches that may overtake one another. Holds {@link
 * LinkLimits#WINDOW} of them at most. One thread reads, any may offer.
 */
final class IncomingBatches extends InputStream {

  private record Batch(Bytes bytes, boolean last) {}

  /** Batches that are not read yet, by index; guarded by this, as is all that follows. */
  private final Map<Long, Batch> arrived = new TreeMap<>();

  /** Index of the batch to be read next. */
  private long next;

  private InputStream current = InputStream.nullInputStream();
  private boolean lastIsCurrent;
  private boolean closed;

  /**
   * Takes a batch if there is room for it within the time.
   *
   * @return false if there was none; the batch is to be offered again
   */
  synchronized boolean offer(CallerFrame.Batch batch, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (batch.index() >= next + LinkLimits.WINDOW && !closed) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    if (!closed && batch.index() >= next) {
      arrived.put(batch.index(), new Batch(batch.bytes(), batch.last()));
      notifyAll();
    }
    return true;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public synchronized int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    int count = current.read(target, offset, length);
    while (count < 0 && nextBatch()) {
      count = current.read(target, offset, length);
    }
    return count;
  }

  private boolean nextBatch() throws IOException {
    if (lastIsCurrent) {
      return false;
    }
    try {
      while (!arrived.containsKey(next)) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the caller's bytes");
    }
    Batch batch = Objects.requireNonNull(arrived.remove(next));
    next++;
    current = batch.bytes.openStream();
    lastIsCurrent = batch.last;
    notifyAll();
    return true;
  }

  /** Nothing more will be read: what still arrives is dropped. */
  @Override
  public synchronized void close() {
    closed = true;
    arrived.clear();
    notifyAll();
  }
}
