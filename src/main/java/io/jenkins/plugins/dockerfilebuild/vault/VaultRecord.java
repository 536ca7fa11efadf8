package io.jenkins.plugins.dockerfilebuild.vault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.HeldVersion;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A version in a vault: what is written last, and what makes the rest count.
 *
 * @param manifest a digest, as text
 * @param indexes names of the {@link PackIndex} objects that say where its chunks are
 */
record VaultRecord(
    CacheKey key,
    long number,
    long publishedMillis,
    String manifest,
    long files,
    long bytes,
    List<String> indexes) {

  static final int MAX_BYTES = 1 << 20;
  private static final int MAX_INDEXES = 4096;
  private static final ObjectMapper JSON = new ObjectMapper();

  VaultRecord {
    indexes = List.copyOf(indexes);
  }

  /** A name by which later versions come later. */
  String name() {
    return VaultNames.versions(key.hex()) + "%016x-%016x".formatted(number, publishedMillis);
  }

  byte[] encoded() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of ours cannot be written", e);
    }
  }

  /**
   * Reads a record that anybody may have written.
   *
   * @param folder where it was found
   * @return empty if it is none, or one of another folder
   */
  static Optional<VaultRecord> decode(byte[] json, String folder) {
    try {
      VaultRecord record = JSON.readValue(json, VaultRecord.class);
      Digest.parse(record.manifest);
      boolean sound =
          record.key.hex().equals(folder)
              && record.number > 0
              && record.publishedMillis > 0
              && record.files >= 0
              && record.bytes >= 0
              && record.indexes.size() <= MAX_INDEXES
              && record.indexes.stream().allMatch(VaultNames::isDigest);
      return sound ? Optional.of(record) : Optional.empty();
    } catch (IOException | RuntimeException malformed) {
      return Optional.empty();
    }
  }

  Digest digest() {
    return Digest.parse(manifest);
  }

  HeldVersion held() {
    return new HeldVersion(key, number, digest(), files, bytes, publishedMillis);
  }
}
