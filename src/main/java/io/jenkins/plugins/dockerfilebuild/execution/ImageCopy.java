package io.jenkins.plugins.dockerfilebuild.execution;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.ProducedStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Copies an image from one agent to another through this process, without the layers that the
 * receiver has. Bytes flow through a bounded stream, so memory is bounded whatever the image's
 * size. Thread-safe.
 */
public final class ImageCopy {

  private ImageCopy() {}

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
   * @return what the receiver has then
   * @throws IOException the receiver does not take the image
   * @throws SourceFailedException the source does not give it
   */
  public static ReceivedImage copy(String imageId, AgentServices from, AgentServices to)
      throws IOException, SourceFailedException, InterruptedException {
    Set<Digest> known = to.heldLayers(layers(imageId, from));
    AtomicLong bytes = new AtomicLong();
    try (ProducedStream archive =
        ProducedStream.of(
            "dockerfile-build-export",
            out -> from.exportImage(imageId, known, new CountingStream(out, bytes)))) {
      String received = take(archive, to);
      return new ReceivedImage(received, bytes.get());
    }
  }

  private static String take(ProducedStream archive, AgentServices to)
      throws IOException, SourceFailedException, InterruptedException {
    String received;
    try {
      received = to.importImage(archive);
    } catch (InterruptedIOException e) {
      throw (InterruptedException) new InterruptedException().initCause(e);
    } catch (IOException | RuntimeException e) {
      refuseFailureOfSource(archive);
      throw e;
    }
    refuseFailureOfSource(archive);
    return received;
  }

  private static void refuseFailureOfSource(ProducedStream archive) throws SourceFailedException {
    try {
      archive.throwFailure();
    } catch (IOException | RuntimeException e) {
      throw new SourceFailedException(e);
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

  /** Counts what passes. */
  private static final class CountingStream extends FilterOutputStream {

    private final AtomicLong count;

    CountingStream(OutputStream out, AtomicLong count) {
      super(out);
      this.count = count;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      count.incrementAndGet();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      count.addAndGet(length);
    }
  }
}
