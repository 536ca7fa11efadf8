package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A stream whose bytes another thread produces while this one is read, with at most a megabyte
 * between the two. Where the producer fails, reading fails too: a half-written archive never looks
 * like a whole one.
 *
 * <p>{@code java.io.PipedInputStream} would do but for two things: its reader polls once a second
 * when the writer is slow, and a writer that failed looks like the end of the stream.
 *
 * <p>Read and closed by one thread.
 */
public final class ProducedStream extends InputStream {

  /** Writes the stream's bytes; runs in a thread of its own and is interrupted when unwanted. */
  @FunctionalInterface
  public interface Producer {
    void writeTo(OutputStream out) throws IOException;
  }

  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int CHUNKS = 16;
  private static final byte[] END = new byte[0];

  private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(CHUNKS);
  private final Thread thread;

  /** What ended the producer early; written before {@link #END} is queued, null if nothing did. */
  private volatile Throwable failure;

  /**
   * Whether nobody reads any more: an interrupt alone may be taken for something else on its way.
   */
  private volatile boolean closed;

  /** The chunk being read and the next byte of it; reader's thread only. */
  private byte[] chunk = new byte[0];

  private int position;
  private boolean ended;

  private ProducedStream(String name, Producer producer) {
    thread = new Thread(() -> produce(producer), name);
    thread.setDaemon(true);
  }

  /** Starts {@code producer}; closing the stream stops it. */
  public static ProducedStream of(String threadName, Producer producer) {
    ProducedStream stream = new ProducedStream(threadName, producer);
    stream.thread.start();
    return stream;
  }

  /**
   * Throws what the producer threw, as it was thrown, if it failed: its reason says more than what
   * became of the reader.
   */
  public void throwFailure() throws IOException {
    Throwable reason = failure;
    if (reason instanceof IOException e) {
      throw e;
    }
    if (reason instanceof RuntimeException e) {
      throw e;
    }
    if (reason instanceof Error e) {
      throw e;
    }
  }

  // Whatever ends the producer has to reach the reader, errors included.
  @SuppressWarnings("CatchAndPrintStackTrace")
  private void produce(Producer producer) {
    try {
      try (OutputStream out = new BatchOutput(CHUNK_BYTES, this::put)) {
        producer.writeTo(out);
      }
      chunks.put(END);
    } catch (InterruptedException e) {
      fail(new InterruptedIOException("interrupted"));
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  private void fail(Throwable reason) {
    failure = reason;
    chunks.clear();
    chunks.offer(END);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (position == chunk.length && !nextChunk()) {
      return -1;
    }
    int count = Math.min(length, chunk.length - position);
    System.arraycopy(chunk, position, target, offset, count);
    position += count;
    return count;
  }

  private boolean nextChunk() throws IOException {
    if (!ended) {
      try {
        chunk = chunks.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
      position = 0;
      ended = chunk.length == 0;
    }
    if (failure != null) {
      throw new IOException("the archive could not be written", failure);
    }
    return !ended;
  }

  /** Stops the producer if it still runs and waits until it has. */
  @Override
  public void close() {
    closed = true;
    // Who waits for room gets it, and learns at the next chunk that nobody reads.
    chunks.clear();
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void put(byte[] next) throws IOException {
    if (closed) {
      throw new InterruptedIOException("nobody reads any more");
    }
    try {
      chunks.put(next);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
