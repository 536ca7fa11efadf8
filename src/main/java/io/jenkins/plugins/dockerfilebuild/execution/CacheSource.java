package io.jenkins.plugins.dockerfilebuild.execution;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Who can give what versions of cache directories are made of. What it sends is verified by who
 * receives it. Thread-safe.
 */
public interface CacheSource {

  /**
   * A part of the difference from one manifest to another, compressed.
   *
   * @param manifest that a replica of the key holds, or held lately
   * @param base what the reader has; where this source does not know it the difference is from
   *     nothing
   * @param offset where the last part ended
   * @return empty at the end
   */
  Bytes readPatch(CacheKey key, Digest manifest, Optional<Digest> base, long offset)
      throws IOException;

  /**
   * Those of the chunks that this source has, in one batch, compressed where that brings it sooner.
   * A step may be changing the files: what is no more as the manifest says is left out.
   *
   * @param chunks of {@link CacheReplicas#BATCH_BYTES} at most
   */
  Bytes readChunks(CacheKey key, Digest manifest, List<Digest> chunks) throws IOException;
}
