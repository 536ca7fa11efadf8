package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.airlift.compress.zstd.ZstdOutputStream;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A patch of a cache manifest that is valid for some 600 MB, a ninth of that on the wire. */
public final class PatchBomb {

  private PatchBomb() {}

  /** From nothing to a manifest: two long paths in turn, which are to be removed. */
  public static Bytes to(Digest manifest) throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (ZstdOutputStream zstd = new ZstdOutputStream(bomb)) {
      EntryWriter start = new EntryWriter(zstd);
      start.bytes("dfb-cache-patch/1\n".getBytes(StandardCharsets.US_ASCII));
      start.bytes(CacheManifest.EMPTY.digest().toBytes());
      start.bytes(manifest.toBytes());
      start.number(2_000_000);
      start.flush();
      byte[] paths = twoPaths();
      for (int i = 0; i < 80_000; i++) {
        zstd.write(paths);
      }
    }
    return Bytes.of(bomb.toByteArray());
  }

  private static byte[] twoPaths() throws IOException {
    ByteArrayOutputStream paths = new ByteArrayOutputStream();
    EntryWriter writer = new EntryWriter(paths);
    for (String letter : List.of("a", "b")) {
      writer.path((letter.repeat(255) + "/").repeat(15) + letter);
    }
    writer.flush();
    return paths.toByteArray();
  }
}
