package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheManifest;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.ChunkBatch;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.ChunkList;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * All chunks of a manifest's files one after the other, as a reader wants them: some batches are
 * fetched ahead, so memory is bounded whatever the size of the cache. Used by one thread.
 */
final class ChunkFeed implements AutoCloseable {

  private static final int AHEAD = 3;

  private final CacheManifest manifest;
  private final List<CacheMoves.Source> sources;
  private final ExecutorService threads;
  private final Deque<Batch> batches = new ArrayDeque<>();

  /** Where the next batch begins: a position in the manifest, and one in that file's chunks. */
  private int entry;

  private int chunk;

  /** Chunks on their way, and how many of the feed they are for. */
  private record Batch(int count, Future<Map<Digest, byte[]>> bytes) {}

  private Map<Digest, byte[]> current = Map.of();
  private int left;

  /**
   * @param sources who has the manifest's chunks, at least one
   */
  ChunkFeed(CacheManifest manifest, List<CacheMoves.Source> sources, ExecutorService threads) {
    this.manifest = manifest;
    this.sources = sources;
    this.threads = threads;
  }

  /**
   * The next chunk, which must be that of {@code digest}; it is verified.
   *
   * @throws IOException nobody has it any more
   */
  byte[] next(Digest digest) throws IOException, InterruptedException {
    if (left == 0) {
      for (int i = batches.size(); i < AHEAD; i++) {
        fetchAhead();
      }
      Batch batch = batches.remove();
      current = await(batch.bytes);
      left = batch.count;
      fetchAhead();
    }
    left--;
    byte[] bytes = current.get(digest);
    if (bytes == null) {
      throw new IOException(
          "no agent has all of this version any more, for steps have changed the cache directory;"
              + " try again when they have ended");
    }
    return bytes;
  }

  /** The chunks that come next, each once, and as many as a batch holds. */
  private void fetchAhead() {
    Set<Digest> wanted = new LinkedHashSet<>();
    long bytes = 0;
    int count = 0;
    for (; entry < manifest.entries().size(); entry++, chunk = 0) {
      ChunkList chunks = manifest.entries().get(entry).chunks();
      for (; chunk < chunks.count(); chunk++) {
        boolean another = wanted.add(chunks.digest(chunk));
        bytes += another ? chunks.length(chunk) : 0;
        if (bytes > CacheReplicas.BATCH_BYTES || count == ChunkBatch.MAX_CHUNKS) {
          // It begins the next batch.
          wanted.remove(another ? chunks.digest(chunk) : null);
          submit(wanted, count);
          return;
        }
        count++;
      }
    }
    if (count > 0) {
      submit(wanted, count);
    }
  }

  private void submit(Set<Digest> wanted, int count) {
    int turn = batches.size();
    batches.add(new Batch(count, threads.submit(() -> fetch(wanted, turn))));
  }

  /** Asks one source after the other for what is still lacking. */
  private Map<Digest, byte[]> fetch(Set<Digest> wanted, int turn) throws IOException {
    Map<Digest, byte[]> found = new HashMap<>();
    IOException problem = null;
    for (int i = 0; i < sources.size() && found.size() < wanted.size(); i++) {
      CacheMoves.Source source = sources.get((turn + i) % sources.size());
      List<Digest> lacking = wanted.stream().filter(d -> !found.containsKey(d)).toList();
      try {
        ChunkBatch.receive(
            source.content().readChunks(source.key(), source.manifest(), lacking),
            (digest, bytes) -> {
              byte[] copy = new byte[bytes.remaining()];
              bytes.get(copy);
              found.put(Digest.from(digest), copy);
            });
      } catch (IOException | AgentLostException e) {
        problem = new IOException(source.name() + ": " + e.getMessage(), e);
      }
    }
    if (found.isEmpty() && problem != null) {
      throw problem;
    }
    return found;
  }

  private static Map<Digest, byte[]> await(Future<Map<Digest, byte[]>> future)
      throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException problem) {
        throw problem;
      }
      throw new IOException("cannot read the cache directory: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    batches.forEach(batch -> batch.bytes.cancel(true));
  }
}
