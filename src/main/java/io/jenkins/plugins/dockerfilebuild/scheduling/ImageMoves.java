package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Kind;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Route;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * Moves images between agents, once per image and receiver however many steps wait for it, leaving
 * out layers that the receiver has. Bytes flow through a bounded pipe. Thread-safe.
 */
final class ImageMoves {

  private static final int PIPE_BYTES = 4 << 20;

  private final ExecutorService exporters;
  private final Progress progress;
  private final TransferRates rates;
  private final Map<String, FutureTask<Long>> moves = new ConcurrentHashMap<>();

  /** Images that an agent is sending, by its name. */
  private final Map<String, Integer> sending = new ConcurrentHashMap<>();

  ImageMoves(ExecutorService exporters, Progress progress, TransferRates rates) {
    this.exporters = exporters;
    this.progress = progress;
    this.rates = rates;
  }

  /** How many images the agent is sending now. */
  int sending(Agent agent) {
    return sending.getOrDefault(agent.name(), 0);
  }

  /**
   * Brings an image to an agent; waits where another step brings it already.
   *
   * @return bytes that this call moved; 0 for one that only waited
   */
  long move(String imageId, Agent from, Agent to) throws InterruptedException {
    String key = imageId + " " + to.name();
    FutureTask<Long> mine = new FutureTask<>(() -> copy(imageId, from, to));
    FutureTask<Long> first = moves.putIfAbsent(key, mine);
    if (first == null) {
      mine.run();
    }
    try {
      long bytes = (first == null ? mine : first).get();
      return first == null ? bytes : 0;
    } catch (ExecutionException e) {
      moves.remove(key);
      if (e.getCause() instanceof InterruptedException
          || e.getCause() instanceof CancellationException) {
        throw (InterruptedException) new InterruptedException("interrupted").initCause(e);
      }
      throw new AgentLostException(
          "moving image " + imageId + " from " + from + " to " + to + " failed: " + cause(e),
          e.getCause());
    }
  }

  private static String cause(ExecutionException e) {
    return String.valueOf(e.getCause().getMessage());
  }

  private long copy(String imageId, Agent from, Agent to)
      throws IOException, InterruptedException, ExecutionException {
    sending.merge(from.name(), 1, Integer::sum);
    try {
      return send(imageId, from, to);
    } finally {
      sending.merge(from.name(), -1, Integer::sum);
    }
  }

  private long send(String imageId, Agent from, Agent to)
      throws IOException, InterruptedException, ExecutionException {
    long begin = progress.millis();
    Set<Digest> known = to.services().heldLayers(from.services().describe(imageId).layers());
    try (PipedInputStream in = new PipedInputStream(PIPE_BYTES)) {
      CountingStream out = new CountingStream(new PipedOutputStream(in));
      Future<?> export =
          exporters.submit(
              () -> {
                try (out) {
                  from.services().exportImage(imageId, known, out);
                }
                return null;
              });
      try {
        to.services().importImage(in);
        export.get();
      } catch (InterruptedIOException e) {
        throw (InterruptedException) new InterruptedException().initCause(e);
      } finally {
        export.cancel(true);
      }
      long took = progress.millis() - begin;
      rates.measured(new Route(Kind.IMAGE, from.name(), to.name()), out.count, took / 1e3);
      progress.tell(
          at ->
              new BuildEvent.Transferred(
                  at, "image " + imageId, from.name(), to.name(), out.count, took));
      return out.count;
    }
  }

  /** Counts what passes. Used by one thread, read after it ended. */
  private static final class CountingStream extends FilterOutputStream {

    private long count;

    CountingStream(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      count += length;
    }
  }
}
