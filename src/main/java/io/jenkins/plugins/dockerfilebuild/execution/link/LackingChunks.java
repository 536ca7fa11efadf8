package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Chunk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Chunks that travel as one byte string, each as its digest and its length, as digests do. */
record LackingChunks(List<Chunk> chunks) {

  private static final int STRIDE = Digest.LENGTH + Integer.BYTES;

  LackingChunks {
    chunks = List.copyOf(chunks);
  }

  byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(chunks.size() * STRIDE);
    chunks.forEach(chunk -> bytes.put(chunk.digest().toBytes()).putInt(chunk.length()));
    return bytes.array();
  }

  /**
   * @throws IllegalArgumentException it does not end with a chunk
   */
  static LackingChunks from(byte[] bytes) {
    if (bytes.length % STRIDE != 0) {
      throw new IllegalArgumentException("chunks that are cut short");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    List<Chunk> chunks = new ArrayList<>(bytes.length / STRIDE);
    byte[] digest = new byte[Digest.LENGTH];
    while (in.hasRemaining()) {
      in.get(digest);
      chunks.add(new Chunk(Digest.from(digest), in.getInt()));
    }
    return new LackingChunks(chunks);
  }
}
