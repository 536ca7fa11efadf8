package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.ProducedStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Images on their way to another engine: {@code docker save} without the layers that the receiver
 * has, passed on while the engine still writes. Thread-safe.
 */
public final class ImageTransfer {

  /** Some 100 bytes each. */
  private static final int MOST_SIZES = 10_000;

  private final RawApi api;
  private final Path spool;

  /** What the tars of layers measure, of those that have passed: see {@link LayerSieve}. */
  private final Map<Digest, Long> tarBytes =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Digest, Long> eldest) {
              return size() > MOST_SIZES;
            }
          });

  /**
   * @param spool a directory for layers in passing
   */
  public ImageTransfer(Engine engine, Path spool) {
    this.api = new RawApi(engine);
    this.spool = spool;
  }

  /** Writes an image as {@code docker save} does, without the layers to omit. */
  public void export(String imageId, List<Digest> layers, Set<Digest> omit, OutputStream out)
      throws IOException {
    try (LayerSieve sieve = new LayerSieve(layers, omit, Map.copyOf(tarBytes), spool)) {
      receive(
          to -> api.save(List.of(imageId), to),
          archive -> tarBytes.putAll(sieve.pass(archive, out)));
    }
  }

  /**
   * Writes an image as {@code docker save} does.
   *
   * @param names of one image, which it keeps in the archive, or its id
   * @param disk of the engine; that of {@code out} may be full as well, which is not the agent's
   *     trouble
   */
  public void save(List<String> names, OutputStream out, FullDisk disk) throws IOException {
    receive(to -> disk.guard(() -> api.save(names, to)), archive -> archive.transferTo(out));
  }

  @FunctionalInterface
  private interface Receiver {
    void take(InputStream archive) throws IOException;
  }

  /** Has the receiver take what the engine gives; where the engine fails, its reason is thrown. */
  private static void receive(ProducedStream.Producer engine, Receiver receiver)
      throws IOException {
    try (ProducedStream archive = ProducedStream.of("docker-save", engine)) {
      try {
        receiver.take(archive);
      } catch (IOException e) {
        archive.throwFailure();
        throw e;
      }
    }
  }
}
