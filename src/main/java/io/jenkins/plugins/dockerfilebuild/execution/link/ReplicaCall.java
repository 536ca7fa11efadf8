package io.jenkins.plugins.dockerfilebuild.execution.link;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.ChunkBatch;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Applied;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Elsewhere;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Fetched;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.HeldVersion;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Range;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Scan;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Target;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Use;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Verification;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A method of {@link CacheReplicas}. */
sealed interface ReplicaCall<A> extends AgentCall<A> {

  /** Makes the call. */
  default A answer(CacheReplicas replicas) throws IOException {
    throw new IOException("needs more than the replicas");
  }

  @Override
  default A answer(AgentServices agent, Exchange exchange) throws IOException {
    return answer(agent.cacheReplicas());
  }

  @JsonTypeName("replica-inventory")
  record Inventory() implements ReplicaCall<List<HeldVersion>> {
    @Override
    public List<HeldVersion> answer(CacheReplicas replicas) throws IOException {
      return replicas.inventory();
    }
  }

  /**
   * Opens a directory and holds it until the operation is canceled: a caller that is gone holds
   * nothing. The use is an event.
   */
  @JsonTypeName("hold-replica")
  record Hold(CacheKey key, CacheSharing sharing, boolean discard) implements ReplicaCall<Nothing> {
    @Override
    public Nothing answer(AgentServices agent, Exchange exchange) throws IOException {
      CacheReplicas replicas = agent.cacheReplicas();
      Use use = replicas.open(key, sharing, discard);
      try {
        exchange.opened(use);
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        // Canceled: the only way to end.
      } finally {
        replicas.close(use.handle());
      }
      return Nothing.VALUE;
    }
  }

  @JsonTypeName("read-patch")
  record ReadPatch(CacheKey key, Digest manifest, Optional<Digest> base, long offset)
      implements ReplicaCall<Bytes> {
    @Override
    public Bytes answer(CacheReplicas replicas) throws IOException {
      return replicas.readPatch(key, manifest, base, offset);
    }
  }

  @JsonTypeName("write-patch")
  record WritePatch(String use, Bytes part) implements ReplicaCall<Nothing> {
    @Override
    public Nothing answer(CacheReplicas replicas) throws IOException {
      replicas.writePatch(use, part);
      return Nothing.VALUE;
    }
  }

  @JsonTypeName("replica-target")
  record FindTarget(String use, Digest manifest, Kept kept) implements ReplicaCall<Target> {
    @Override
    public Target answer(CacheReplicas replicas) throws IOException {
      return replicas.target(use, manifest, kept);
    }
  }

  @JsonTypeName("replica-lacking")
  record Lacking(String use, Range range) implements ReplicaCall<LackingChunks> {
    @Override
    public LackingChunks answer(CacheReplicas replicas) throws IOException {
      return new LackingChunks(replicas.lacking(use, range));
    }
  }

  /**
   * @param packed whether the answer is to be compressed, where it shrinks
   */
  @JsonTypeName("read-chunks")
  record ReadChunks(CacheKey key, Digest manifest, DigestList chunks, boolean packed)
      implements ReplicaCall<Bytes> {
    @Override
    public Bytes answer(CacheReplicas replicas) throws IOException {
      Bytes batch = replicas.readChunks(key, manifest, chunks.digests());
      return packed ? ChunkBatch.packed(batch) : batch;
    }
  }

  @JsonTypeName("write-chunks")
  record WriteChunks(String use, Bytes batch) implements ReplicaCall<Integer> {
    @Override
    public Integer answer(CacheReplicas replicas) throws IOException {
      return replicas.writeChunks(use, batch);
    }
  }

  /** Takes what is lacking of a range from another agent; empty where there is no way to it. */
  @JsonTypeName("fetch-chunks")
  record FetchChunks(String use, Elsewhere from, Range range)
      implements ReplicaCall<Optional<Fetched>> {
    @Override
    public Optional<Fetched> answer(AgentServices agent, Exchange exchange) throws IOException {
      return new PeerFetch(agent, exchange.pool()).chunks(use, from, range);
    }
  }

  @JsonTypeName("replica-apply")
  record Apply(String use, long number, long publishedMillis) implements ReplicaCall<Applied> {
    @Override
    public Applied answer(CacheReplicas replicas) throws IOException {
      return replicas.apply(use, number, publishedMillis);
    }
  }

  @JsonTypeName("replica-scan")
  record ScanReplica(String use) implements ReplicaCall<Optional<Scan>> {
    @Override
    public Optional<Scan> answer(CacheReplicas replicas) throws IOException {
      return replicas.scan(use);
    }
  }

  @JsonTypeName("replica-adopt")
  record Adopt(String use, long number, long publishedMillis) implements ReplicaCall<Nothing> {
    @Override
    public Nothing answer(CacheReplicas replicas) throws IOException {
      replicas.adopt(use, number, publishedMillis);
      return Nothing.VALUE;
    }
  }

  @JsonTypeName("replica-verify")
  record Verify(CacheKey key) implements ReplicaCall<Verification> {
    @Override
    public Verification answer(CacheReplicas replicas) throws IOException {
      return replicas.verify(key);
    }
  }

  @JsonTypeName("close-replica")
  record Close(String use) implements ReplicaCall<Nothing> {
    @Override
    public Nothing answer(CacheReplicas replicas) throws IOException {
      replicas.close(use);
      return Nothing.VALUE;
    }
  }
}
