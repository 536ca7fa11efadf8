package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.ChunkBatch;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.MalformedManifestException;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Elsewhere;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Fetched;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Range;
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
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Moves what an agent's cache directory lacks from the agents that have it: by ranges of what is
 * lacking, which the agent itself knows, a few at a time and of each one batch on its way, so
 * memory is bounded whatever the size of the cache. All holders are asked in turn. Thread-safe.
 */
final class CacheMoves {

  /** Enough to keep reading, sending and writing busy at once, also over a way with a delay. */
  private static final int IN_FLIGHT = 8;

  /** What one call fetches at most, about, in batches that come one after the other. */
  private static final long RANGE_BYTES = 16 << 20;

  private final ExecutorService threads;

  CacheMoves(ExecutorService threads) {
    this.threads = threads;
  }

  /**
   * Who has a version, and its key of the directory, which a fork reads from its parent.
   *
   * @param known its name is the one under which the bytes are counted
   */
  record Source(VersionHolder known, CacheSource content, CacheKey key, Digest manifest) {

    Source(CacheHolder holder, CacheKey key, Digest manifest) {
      this(holder.known(), holder.replicas(), key, manifest);
    }

    String name() {
      return known.name();
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

  /** Their names, for a message. */
  static String names(List<Source> sources) {
    return sources.stream()
        .map(Source::name)
        .map(String::strip)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /** Sources are lost, or send what cannot be used; where they should have sent it is well. */
  static final class SourceFailedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient List<Source> failed;

    private SourceFailedException(List<Source> failed, Exception cause) {
      super(cause.getMessage(), cause);
      this.failed = failed;
    }

    /** At least one. */
    List<Source> failed() {
      return failed;
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
   * @throws SourceFailedException some of the sources failed, and not all came from the others
   */
  Moved move(List<Source> sources, Destination to, Kept kept)
      throws IOException, InterruptedException {
    Tally tally = new Tally();
    Target target = target(sources.get(0), to, kept, tally);
    fetchAll(target, sources, to, tally);
    return new Moved(target, tally.bytesFrom);
  }

  /** Of how many chunks a range is: some megabytes, for few calls, and a share for each holder. */
  private static int step(Target target) {
    long bytes = Math.max(1, target.lackingBytes());
    long share = bytes / (4 * IN_FLIGHT);
    long each = Math.max(CacheReplicas.BATCH_BYTES, Math.min(RANGE_BYTES, share));
    long chunks = 1 + target.lackingChunks() * each / bytes;
    return (int) Math.max(1, Math.min(ChunkBatch.MAX_CHUNKS, chunks));
  }

  /** What came so far. */
  private static final class Tally {
    private final Map<String, Long> bytesFrom = new TreeMap<>();
    private int chunks;

    void add(Source source, Fetched fetched) {
      chunks += fetched.chunks();
      bytesFrom.merge(source.name(), fetched.bytes(), Long::sum);
    }

    void add(Tally other) {
      chunks += other.chunks;
      other.bytesFrom.forEach((agent, bytes) -> bytesFrom.merge(agent, bytes, Long::sum));
    }
  }

  private static Target target(Source source, Destination to, Kept kept, Tally tally)
      throws IOException {
    try {
      if (!to.manifest.equals(Optional.of(source.manifest))) {
        patch(source, to, tally);
      }
      return to.replicas().target(to.use, source.manifest, kept);
    } catch (MalformedManifestException forged) {
      throw new SourceFailedException(List.of(source), forged);
    }
  }

  private static void patch(Source from, Destination to, Tally tally) throws IOException {
    long offset = 0;
    for (Bytes part = part(from, to, 0); part.size() > 0; part = part(from, to, offset)) {
      to.replicas().writePatch(to.use, part);
      offset += part.size();
    }
    tally.add(from, new Fetched(0, offset));
  }

  private static Bytes part(Source from, Destination to, long offset) throws IOException {
    try {
      return from.content.readPatch(from.key, from.manifest, to.manifest, offset);
    } catch (InterruptedIOException | CancellationException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new SourceFailedException(List.of(from), e);
    }
  }

  /** One range is made after the other: an agent can say that it lacks any number of chunks. */
  private void fetchAll(Target target, List<Source> sources, Destination to, Tally tally)
      throws IOException, InterruptedException {
    Deque<Future<Tally>> inFlight = new ArrayDeque<>();
    int lacking = target.lackingChunks();
    int step = step(target);
    int number = 0;
    try {
      for (long from = 0; from < lacking; from += step) {
        Range range = new Range((int) from, (int) Math.min(lacking, from + step));
        int first = number++ % sources.size();
        if (inFlight.size() == IN_FLIGHT) {
          tally.add(await(inFlight.remove()));
        }
        inFlight.add(threads.submit(() -> fetch(range, sources, first, to)));
      }
      while (!inFlight.isEmpty()) {
        tally.add(await(inFlight.remove()));
      }
    } finally {
      inFlight.forEach(future -> future.cancel(true));
    }
  }

  /** Asks one holder after the other until all chunks came; some may be gone everywhere. */
  private static Tally fetch(Range range, List<Source> sources, int first, Destination to)
      throws IOException {
    Tally tally = new Tally();
    List<Source> failed = new ArrayList<>();
    Optional<SourceFailedException> problem = Optional.empty();
    for (int i = 0; i < sources.size() && tally.chunks < range.count(); i++) {
      Source source = sources.get((first + i) % sources.size());
      try {
        fetch(range, source, to, tally);
      } catch (SourceFailedException e) {
        failed.add(source);
        problem = Optional.of(e);
      }
    }
    if (tally.chunks < range.count() && problem.isPresent()) {
      throw new SourceFailedException(failed, problem.get());
    }
    return tally;
  }

  /** Straight from agent to agent where there is a way; what does not come so goes through here. */
  private static void fetch(Range range, Source source, Destination to, Tally tally)
      throws IOException {
    Elsewhere there = new Elsewhere(source.name(), source.key, source.manifest);
    try {
      to.replicas()
          .fetchChunks(to.use, there, range)
          .ifPresent(fetched -> tally.add(source, fetched));
      if (tally.chunks < range.count()) {
        carry(range, source, to, tally);
      }
    } catch (MalformedManifestException forged) {
      throw new SourceFailedException(List.of(source), forged);
    }
  }

  private static void carry(Range range, Source source, Destination to, Tally tally)
      throws IOException {
    for (List<Digest> batch : CacheReplicas.batches(to.replicas().lacking(to.use, range))) {
      Bytes packed = chunks(batch, source);
      int chunks = to.replicas().writeChunks(to.use, packed);
      tally.add(source, new Fetched(chunks, packed.size()));
    }
  }

  private static Bytes chunks(List<Digest> batch, Source source) throws IOException {
    try {
      return source.content.readChunks(source.key, source.manifest, batch);
    } catch (InterruptedIOException | CancellationException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new SourceFailedException(List.of(source), e);
    }
  }

  private static Tally await(Future<Tally> future) throws IOException, InterruptedException {
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
