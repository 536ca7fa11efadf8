package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheArchive;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.CacheSource;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** An archive as the source of the one version that it holds. */
record ArchiveSource(CacheArchive archive) implements CacheSource {

  @Override
  public Bytes readPatch(CacheKey key, Digest manifest, Optional<Digest> base, long offset)
      throws IOException {
    return archive.patch(offset, CacheReplicas.BATCH_BYTES);
  }

  @Override
  public Bytes readChunks(CacheKey key, Digest manifest, List<Digest> chunks) throws IOException {
    return archive.chunks(chunks, CacheReplicas.BATCH_BYTES);
  }
}
