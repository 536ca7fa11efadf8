package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.ChunkBatch;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;

/** The replicas of cache directories on an agent behind a link. Thread-safe. */
final class RemoteCacheReplicas implements CacheReplicas {

  private final AgentLink link;
  private final PackingChoice reading = new PackingChoice();
  private final PackingChoice writing = new PackingChoice();

  /** Directories that are in use, by handle. */
  private final Map<String, HeldReplica> held = new ConcurrentHashMap<>();

  RemoteCacheReplicas(AgentLink link) {
    this.link = link;
  }

  private <A> A ask(AgentCall<A> call) throws IOException {
    try {
      return new RemoteOperation<>(link, call, OperationSink.none()).await(1);
    } catch (CancellationException e) {
      throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }

  @Override
  public List<HeldVersion> inventory() {
    try {
      return ask(new ReplicaCall.Inventory());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Use open(CacheKey key, CacheSharing sharing, boolean discard) throws IOException {
    HeldReplica replica = HeldReplica.begin(link, new ReplicaCall.Hold(key, sharing, discard));
    Use use = replica.use();
    HeldReplica ofThatHandle = held.put(use.handle(), replica);
    if (ofThatHandle != null) {
      // Nobody could let go of it any more; an agent that is sound gives each use its own.
      ofThatHandle.letGo();
    }
    return use;
  }

  @Override
  public Bytes readPatch(CacheKey key, Digest manifest, Optional<Digest> base, long offset)
      throws IOException {
    return ask(new ReplicaCall.ReadPatch(key, manifest, base, offset));
  }

  @Override
  public void writePatch(String use, Bytes part) throws IOException {
    ask(new ReplicaCall.WritePatch(use, part));
  }

  @Override
  public Target target(String use, Digest manifest, Kept kept) throws IOException {
    return ask(new ReplicaCall.FindTarget(use, manifest, kept));
  }

  @Override
  public List<Chunk> lacking(String use, Range range) throws IOException {
    return ask(new ReplicaCall.Lacking(use, range)).chunks();
  }

  @Override
  public Bytes readChunks(CacheKey key, Digest manifest, List<Digest> chunks) throws IOException {
    boolean packed = reading.packNext();
    long begin = System.nanoTime();
    Bytes batch = ask(new ReplicaCall.ReadChunks(key, manifest, new DigestList(chunks), packed));
    reading.took(packed, ChunkBatch.unpackedBytes(batch), System.nanoTime() - begin);
    return batch;
  }

  @Override
  public int writeChunks(String use, Bytes batch) throws IOException {
    if (ChunkBatch.isPacked(batch)) {
      return ask(new ReplicaCall.WriteChunks(use, batch));
    }
    boolean packed = writing.packNext();
    long begin = System.nanoTime();
    Bytes sent = packed ? ChunkBatch.packed(batch) : batch;
    int came = ask(new ReplicaCall.WriteChunks(use, sent));
    writing.took(packed, batch.size(), System.nanoTime() - begin);
    return came;
  }

  @Override
  public Optional<Fetched> fetchChunks(String use, Elsewhere from, Range range) throws IOException {
    return ask(new ReplicaCall.FetchChunks(use, from, range));
  }

  @Override
  public Applied apply(String use, long number, long publishedMillis) throws IOException {
    return ask(new ReplicaCall.Apply(use, number, publishedMillis));
  }

  @Override
  public Optional<Scan> scan(String use) throws IOException {
    return ask(new ReplicaCall.ScanReplica(use));
  }

  @Override
  public void adopt(String use, long number, long publishedMillis) throws IOException {
    ask(new ReplicaCall.Adopt(use, number, publishedMillis));
  }

  @Override
  public Verification verify(CacheKey key) throws IOException {
    return ask(new ReplicaCall.Verify(key));
  }

  @Override
  public void close(String use) throws IOException {
    try {
      ask(new ReplicaCall.Close(use));
    } finally {
      HeldReplica replica = held.remove(use);
      if (replica != null) {
        replica.letGo();
      }
    }
  }
}
