package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.airlift.compress.zstd.ZstdInputStream;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** How an archive of a cache directory is packed. */
public enum ArchiveCompression {
  NONE,
  GZIP,
  ZSTD;

  private static final int BUFFER = 1 << 16;
  private static final byte[] GZIP_MAGIC = {0x1f, (byte) 0x8b};
  private static final byte[] ZSTD_MAGIC = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

  /** By the end of a file's name: {@code .tar.gz}, {@code .tgz}, {@code .tar.zst}. */
  public static ArchiveCompression ofName(String name) {
    if (name.endsWith(".gz") || name.endsWith(".tgz")) {
      return GZIP;
    }
    return name.endsWith(".zst") || name.endsWith(".tzst") ? ZSTD : NONE;
  }

  /** Unpacks an archive, whose first bytes say how it is packed. */
  static InputStream unpack(InputStream packed) throws IOException {
    BufferedInputStream in = new BufferedInputStream(packed, BUFFER);
    in.mark(ZSTD_MAGIC.length);
    byte[] begin = in.readNBytes(ZSTD_MAGIC.length);
    in.reset();
    if (startsWith(begin, GZIP_MAGIC)) {
      return new BufferedInputStream(new GZIPInputStream(in, BUFFER), BUFFER);
    }
    return startsWith(begin, ZSTD_MAGIC)
        ? new BufferedInputStream(new ZstdInputStream(in), BUFFER)
        : in;
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }

  /** Packs what is written. */
  OutputStream pack(OutputStream out) throws IOException {
    return switch (this) {
      case NONE -> new BufferedOutputStream(out, BUFFER);
      case GZIP -> new BufferedOutputStream(new GZIPOutputStream(out, BUFFER), BUFFER);
      case ZSTD -> new BufferedOutputStream(new ZstdOutputStream(out), BUFFER);
    };
  }
}
