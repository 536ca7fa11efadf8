package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Digests that travel as one byte string, one after the other: a cache has a hundred thousand, and
 * each costs more as a value of its own than the chunk that it names.
 */
record DigestList(List<Digest> digests) {

  DigestList {
    digests = List.copyOf(digests);
  }

  byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(digests.size() * Digest.LENGTH);
    digests.forEach(digest -> bytes.put(digest.toBytes()));
    return bytes.array();
  }

  /**
   * @throws IllegalArgumentException it does not end with a digest
   */
  static DigestList from(byte[] bytes) {
    if (bytes.length % Digest.LENGTH != 0) {
      throw new IllegalArgumentException("digests that are cut short");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    List<Digest> digests = new ArrayList<>(bytes.length / Digest.LENGTH);
    byte[] digest = new byte[Digest.LENGTH];
    while (in.hasRemaining()) {
      in.get(digest);
      digests.add(Digest.from(digest));
    }
    return new DigestList(digests);
  }
}
