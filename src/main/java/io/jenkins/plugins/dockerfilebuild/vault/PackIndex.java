package io.jenkins.plugins.dockerfilebuild.vault;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which chunks are in which packs. The encoding: for each pack its digest, the number of its chunks
 * (4 bytes, big-endian) and their digests.
 *
 * @param packs digest of a pack → digests of its chunks
 */
record PackIndex(Map<Digest, List<Digest>> packs) {

  /** Of a cache of 64 GiB, with room. */
  static final int MAX_BYTES = 64 << 20;

  byte[] encoded() {
    int length =
        packs.values().stream()
            .mapToInt(chunks -> Digest.LENGTH + Integer.BYTES + chunks.size() * Digest.LENGTH)
            .sum();
    ByteBuffer out = ByteBuffer.allocate(length);
    packs.forEach(
        (pack, chunks) -> {
          out.put(pack.toBytes()).putInt(chunks.size());
          chunks.forEach(chunk -> out.put(chunk.toBytes()));
        });
    return out.array();
  }

  /**
   * Reads what anybody may have written.
   *
   * @throws IOException it is no index
   */
  static PackIndex decode(byte[] bytes) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    Map<Digest, List<Digest>> packs = new LinkedHashMap<>();
    while (in.hasRemaining()) {
      if (in.remaining() < Digest.LENGTH + Integer.BYTES) {
        throw new IOException("an index of the vault is cut short");
      }
      Digest pack = digest(in);
      int count = in.getInt();
      if (count < 0 || count > in.remaining() / Digest.LENGTH) {
        throw new IOException("an index of the vault is damaged");
      }
      List<Digest> chunks = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        chunks.add(digest(in));
      }
      packs.put(pack, chunks);
    }
    return new PackIndex(packs);
  }

  private static Digest digest(ByteBuffer in) {
    byte[] raw = new byte[Digest.LENGTH];
    in.get(raw);
    return Digest.from(raw);
  }
}
