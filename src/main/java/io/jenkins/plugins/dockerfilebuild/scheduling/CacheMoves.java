package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Chunk;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Elsewhere;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Fetched;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Target;
import io.jenkins.plugins.dockerfilebuild.execution.CacheSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Moves what an agent's cache directory lacks from the agents that have it: a few batches on their
 * way at a time, so memory is bounded whatever the size of the cache, and all holders are asked in
 * turn. Thread-safe.
 */
final class CacheMoves {

  /** Enough to keep reading, sending and writing busy at once. */
  private static final int IN_FLIGHT = 4;

  private final ExecutorService threads;

  CacheMoves(ExecutorService threads) {
    this.threads = threads;
  }

  /**
   * Who has a version, and its key of the directory, which a fork reads from its parent.
   *
   * @param name under which the bytes are counted
   */
  record Source(String name, CacheSource content, CacheKey key, Digest manifest) {

    Source(CacheHolder holder, CacheKey key, Digest manifest) {
      this(holder.name(), holder.replicas(), key, manifest);
    }
  }

  /**
   * What was moved.
   *
   * @param bytesFrom agent → bytes, as they travelled
   */
  record Moved(Target target, Map<String, Long> bytesFrom) {

    long bytes() {
      return bytesFrom.values().stream().mapToLong(bytes -> bytes).sum();
    }
  }

  /** Where to, and the handle of the use of the directory there. */
  record Destination(CacheHolder holder, String use, Optional<Digest> manifest) {

    CacheReplicas replicas() {
      return holder.replicas();
    }
  }

  /**
   * Brings all that is lacking; the directory is not changed yet.
   *
   * @param sources at least one; the first one's patch is taken
   * @param kept as in {@link CacheReplicas#target}
   */
  Moved move(List<Source> sources, Destination to, Kept kept)
      throws IOException, InterruptedException {
    Map<String, Long> bytesFrom = new TreeMap<>();
    Digest wanted = sources.get(0).manifest;
    if (!to.manifest.equals(Optional.of(wanted))) {
      patch(sources.get(0), to, bytesFrom);
    }
    Target target = to.replicas().target(to.use, wanted, kept);
    for (int from = 0; from < target.lackingChunks(); ) {
      List<Chunk> page = to.replicas().lacking(to.use, from);
      if (page.isEmpty()) {
        throw new IOException(to.holder + " does not say what it lacks");
      }
      chunks(batches(page), sources, to, bytesFrom);
      from += page.size();
    }
    return new Moved(target, bytesFrom);
  }

  private static void patch(Source from, Destination to, Map<String, Long> bytesFrom)
      throws IOException {
    long offset = 0;
    while (true) {
      Bytes part = from.content.readPatch(from.key, from.manifest, to.manifest, offset);
      if (part.size() == 0) {
        break;
      }
      to.replicas().writePatch(to.use, part);
      offset += part.size();
    }
    bytesFrom.merge(from.name, offset, Long::sum);
  }

  private static List<List<Digest>> batches(List<Chunk> page) {
    List<List<Digest>> batches = new ArrayList<>();
    List<Digest> batch = new ArrayList<>();
    long bytes = 0;
    for (Chunk chunk : page) {
      if (bytes + chunk.length() > CacheReplicas.BATCH_BYTES) {
        batches.add(batch);
        batch = new ArrayList<>();
        bytes = 0;
      }
      batch.add(chunk.digest());
      bytes += chunk.length();
    }
    batches.add(batch);
    return batches;
  }

  private void chunks(
      List<List<Digest>> batches, List<Source> sources, Destination to, Map<String, Long> bytesFrom)
      throws IOException, InterruptedException {
    Deque<Future<Map<String, Long>>> inFlight = new ArrayDeque<>();
    try {
      for (int i = 0; i < batches.size(); i++) {
        List<Digest> batch = batches.get(i);
        int first = i;
        if (inFlight.size() == IN_FLIGHT) {
          add(bytesFrom, await(inFlight.remove()));
        }
        inFlight.add(threads.submit(() -> relay(batch, sources, first, to)));
      }
      while (!inFlight.isEmpty()) {
        add(bytesFrom, await(inFlight.remove()));
      }
    } finally {
      inFlight.forEach(future -> future.cancel(true));
    }
  }

  private static void add(Map<String, Long> sum, Map<String, Long> part) {
    part.forEach((agent, bytes) -> sum.merge(agent, bytes, Long::sum));
  }

  /** Asks one holder after the other until all chunks came; some may be gone everywhere. */
  private static Map<String, Long> relay(
      List<Digest> batch, List<Source> sources, int first, Destination to) throws IOException {
    Map<String, Long> bytesFrom = new TreeMap<>();
    int came = 0;
    IOException problem = null;
    for (int i = 0; i < sources.size() && came < batch.size(); i++) {
      Source source = sources.get((first + i) % sources.size());
      try {
        Fetched fetched = fetch(batch, source, to);
        came += fetched.chunks();
        bytesFrom.merge(source.name, fetched.bytes(), Long::sum);
      } catch (IOException e) {
        problem = e;
      } catch (AgentLostException e) {
        if (source.name.equals(to.holder.name())) {
          throw e;
        }
        problem = new IOException(e.getMessage(), e);
      }
    }
    if (came == 0 && problem != null) {
      throw problem;
    }
    return bytesFrom;
  }

  /** Straight from agent to agent where there is a way, else through here. */
  private static Fetched fetch(List<Digest> batch, Source source, Destination to)
      throws IOException {
    Elsewhere there = new Elsewhere(source.name, source.key, source.manifest);
    Optional<Fetched> fetched = to.replicas().fetchChunks(to.use, there, batch);
    if (fetched.isPresent()) {
      return fetched.get();
    }
    Bytes packed = source.content.readChunks(source.key, source.manifest, batch);
    return new Fetched(to.replicas().writeChunks(to.use, packed), packed.size());
  }

  private static Map<String, Long> await(Future<Map<String, Long>> future)
      throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InterruptedIOException) {
        throw (InterruptedException) new InterruptedException().initCause(e);
      }
      if (e.getCause() instanceof IOException problem) {
        throw problem;
      }
      if (e.getCause() instanceof RuntimeException problem) {
        throw problem;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
