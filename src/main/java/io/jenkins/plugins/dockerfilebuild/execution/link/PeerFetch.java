package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Elsewhere;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Fetched;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Range;
import io.jenkins.plugins.dockerfilebuild.execution.ImageCopy;
import io.jenkins.plugins.dockerfilebuild.execution.ReceivedImage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * An agent that takes what it lacks from another one. What the other does wrong is no failure of
 * this one: the answer is then that nothing came, and the caller finds another way.
 */
record PeerFetch(AgentServices agent, PoolSide pool) {

  Optional<ReceivedImage> image(String imageId, String from) throws IOException {
    Optional<AgentServices> peer = pool.peers().find(from);
    if (peer.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ImageCopy.copy(imageId, peer.get(), agent));
    } catch (ImageCopy.SourceFailedException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw (CancellationException) new CancellationException("interrupted").initCause(e);
    }
  }

  Optional<Fetched> chunks(String use, Elsewhere from, Range range) throws IOException {
    Optional<AgentServices> peer = pool.peers().find(from.agent());
    if (peer.isEmpty()) {
      return Optional.empty();
    }
    CacheReplicas own = agent.cacheReplicas();
    int chunks = 0;
    long bytes = 0;
    for (List<Digest> batch : CacheReplicas.batches(own.lacking(use, range))) {
      Optional<Bytes> came = read(peer.get(), from, batch);
      if (came.isEmpty()) {
        break;
      }
      chunks += own.writeChunks(use, came.get());
      bytes += came.get().size();
    }
    return Optional.of(new Fetched(chunks, bytes));
  }

  private static Optional<Bytes> read(AgentServices peer, Elsewhere from, List<Digest> chunks) {
    try {
      return Optional.of(peer.cacheReplicas().readChunks(from.key(), from.manifest(), chunks));
    } catch (InterruptedIOException e) {
      throw (CancellationException) new CancellationException("interrupted").initCause(e);
    } catch (CancellationException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
