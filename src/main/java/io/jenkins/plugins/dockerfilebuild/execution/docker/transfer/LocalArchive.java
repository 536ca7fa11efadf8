package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarReader;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * A file that ADD may unpack. By the Dockerfile reference ("Adding local tar archives") its content
 * decides, never its name: a tar, as it is or compressed with gzip, bzip2, xz or zstd. Anything
 * else is an ordinary file.
 */
final class LocalArchive implements Closeable {

  private static final int TAR_BLOCK = 512;

  /** A hostile xz header may ask for gigabytes; the highest preset of xz(1) needs 65 MiB. */
  private static final int XZ_MEMORY_KIB = 128 * 1024;

  private final String name;
  private final InputStream content;
  private final boolean tar;
  private final Optional<String> doubt;

  private LocalArchive(String name, InputStream content, boolean tar, Optional<String> doubt) {
    this.name = name;
    this.content = content;
    this.tar = tar;
    this.doubt = doubt;
  }

  /** Looks at the first bytes of {@code file}, which the caller closes. */
  static LocalArchive open(String name, InputStream file) {
    try {
      BufferedInputStream plain = new BufferedInputStream(decompressed(file));
      byte[] block = peek(plain, TAR_BLOCK);
      // The checksum is as good as certain; the magic would miss tars older than POSIX.
      boolean tar = block.length == TAR_BLOCK && TarUtils.verifyCheckSum(block);
      return new LocalArchive(name, plain, tar, Optional.empty());
    } catch (ZstdContent.UnreadableException e) {
      return new LocalArchive(name, file, false, Optional.of(doubt(name, e)));
    } catch (IOException | IllegalArgumentException notAnArchiveAfterAll) {
      return new LocalArchive(name, file, false, Optional.empty());
    }
  }

  private static String doubt(String name, ZstdContent.UnreadableException why) {
    return "%s is zstd that cannot be unpacked here (%s): it is copied as it is. If it is an archive, pack it without --long or --ultra"
        .formatted(name, why.getMessage());
  }

  /** What to tell the user of a file that may be an archive all the same. */
  Optional<String> doubt() {
    return doubt;
  }

  /** As the instruction names it, for messages. */
  String name() {
    return name;
  }

  boolean isTar() {
    return tar;
  }

  /** The archive's entries, to be read once. */
  TarReader entries() {
    return new TarReader(content);
  }

  @Override
  public void close() throws IOException {
    content.close();
  }

  private static InputStream decompressed(InputStream file) throws IOException {
    BufferedInputStream bytes = new BufferedInputStream(file);
    byte[] magic = peek(bytes, 6);
    if (startsWith(magic, 0x1f, 0x8b)) {
      return GzipCompressorInputStream.builder()
          .setInputStream(bytes)
          .setDecompressConcatenated(true)
          .get();
    }
    if (startsWith(magic, 'B', 'Z', 'h')) {
      return new BZip2CompressorInputStream(bytes, true);
    }
    if (startsWith(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) {
      return XZCompressorInputStream.builder()
          .setInputStream(bytes)
          .setDecompressConcatenated(true)
          .setMemoryLimitKiB(XZ_MEMORY_KIB)
          .get();
    }
    if (startsWith(magic, 0x28, 0xb5, 0x2f, 0xfd)) {
      return new ZstdContent(bytes);
    }
    return bytes;
  }

  private static byte[] peek(BufferedInputStream in, int count) throws IOException {
    in.mark(count);
    byte[] bytes = in.readNBytes(count);
    in.reset();
    return bytes;
  }

  private static boolean startsWith(byte[] bytes, int... magic) {
    byte[] expected = new byte[magic.length];
    for (int i = 0; i < magic.length; i++) {
      expected[i] = (byte) magic[i];
    }
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, expected, 0, magic.length);
  }
}
