package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads chunks for other agents from the replica's own files: nothing is stored twice. A step may
 * be changing them, so each chunk is verified and what is gone is left out. Thread-safe.
 */
public final class ReplicaReader {

  private final Replica replica;
  private final Digest manifest;
  private final ChunkIndex index;

  private ReplicaReader(Replica replica, Digest manifest, ChunkIndex index) {
    this.replica = replica;
    this.manifest = manifest;
    this.index = index;
  }

  /** A reader by a manifest that the replica holds or held. */
  public static ReplicaReader open(Replica replica, Digest manifest) throws IOException {
    CacheManifest known =
        replica
            .manifest(manifest)
            .orElseThrow(() -> new IOException("this agent does not know " + manifest));
    return new ReplicaReader(replica, manifest, new ChunkIndex(known));
  }

  public boolean isOf(Digest other) {
    return manifest.equals(other);
  }

  /**
   * Those of the chunks that are here.
   *
   * @param most bytes in all; what is beyond is left out
   */
  public Bytes read(Collection<Digest> chunks, int most) throws IOException {
    Map<Digest, ChunkIndex.Place> places = new LinkedHashMap<>();
    int bytes = 0;
    for (Digest digest : chunks) {
      Optional<ChunkIndex.Place> place = index.find(digest.toBytes());
      boolean fits = place.isPresent() && place.get().length() <= most - bytes;
      if (fits && places.size() < ChunkBatch.MAX_CHUNKS) {
        bytes += places.put(digest, place.get()) == null ? place.get().length() : 0;
      }
    }
    ChunkBatch.Builder batch = new ChunkBatch.Builder(bytes, places.size());
    try (ChunkReading reading = new ChunkReading(replica.content())) {
      for (Map.Entry<Digest, ChunkIndex.Place> one : places.entrySet()) {
        reading.addTo(batch, one.getKey().toBytes(), one.getValue());
      }
    }
    return batch.build();
  }
}
