package io.jenkins.plugins.dockerfilebuild.execution;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Copies an image from one agent to another through this process, without the layers that the
 * receiver has. Bytes flow through a bounded pipe, so memory is bounded whatever the image's size.
 * Thread-safe.
 *
 * @param threads run the sending half
 */
public record ImageCopy(ExecutorService threads) {

  private static final int PIPE_BYTES = 4 << 20;

  /** The source did not give the image, or not all of it; the receiver is not at fault. */
  public static final class SourceFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    SourceFailedException(Throwable cause) {
      super(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
    }
  }

  /**
   * Copies.
   *
   * @return bytes that were sent
   * @throws IOException the receiver does not take the image
   * @throws SourceFailedException the source does not give it
   */
  public long copy(String imageId, AgentServices from, AgentServices to)
      throws IOException, SourceFailedException, InterruptedException {
    Set<Digest> known = to.heldLayers(layers(imageId, from));
    try (PipedInputStream in = new PipedInputStream(PIPE_BYTES)) {
      Sending sending = new Sending(new PipedOutputStream(in));
      Future<?> export =
          threads.submit(() -> sending.run(out -> from.exportImage(imageId, known, out)));
      try {
        to.importImage(in);
        export.get();
        return sending.count;
      } catch (InterruptedIOException e) {
        throw (InterruptedException) new InterruptedException().initCause(e);
      } catch (IOException | RuntimeException | ExecutionException e) {
        if (sending.failure.isPresent()) {
          throw new SourceFailedException(sending.failure.get());
        }
        throw failure(e);
      } finally {
        export.cancel(true);
      }
    }
  }

  private static List<Digest> layers(String imageId, AgentServices from)
      throws SourceFailedException {
    try {
      return from.describe(imageId).layers();
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new SourceFailedException(e);
    }
  }

  private static RuntimeException failure(Exception e) throws IOException {
    if (e instanceof IOException problem) {
      throw problem;
    }
    return e instanceof RuntimeException problem ? problem : new IllegalStateException(e);
  }

  /** The sending half. Its thread writes the fields before it ends the stream. */
  private static final class Sending extends FilterOutputStream {

    private long count;
    private volatile Optional<Exception> failure = Optional.empty();

    /** Whether the reader has left: what fails then is the reader's doing. */
    private boolean refused;

    Sending(OutputStream out) {
      super(out);
    }

    private interface Export {
      void write(OutputStream out) throws IOException;
    }

    Void run(Export export) throws IOException {
      try (this) {
        tell(export);
      }
      return null;
    }

    private void tell(Export export) throws IOException {
      try {
        export.write(this);
      } catch (IOException | RuntimeException e) {
        failure = refused ? Optional.empty() : Optional.of(e);
        throw e;
      }
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        refused = true;
        throw e;
      }
      count += length;
    }
  }
}
