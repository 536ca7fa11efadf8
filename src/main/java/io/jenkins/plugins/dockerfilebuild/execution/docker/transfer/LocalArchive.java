package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarReader;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * A file that ADD may unpack. By the Dockerfile reference ("Adding local tar archives") its content
 * decides, never its name: a tar, as it is or compressed with gzip, bzip2 or xz. Anything else is
 * an ordinary file.
 */
final class LocalArchive implements Closeable {

  private static final int TAR_BLOCK = 512;

  /** A hostile xz header may ask for gigabytes; the highest preset of xz(1) needs 65 MiB. */
  private static final int XZ_MEMORY_KIB = 128 * 1024;

  private final String name;
  private final InputStream content;
  private final boolean tar;

  private LocalArchive(String name, InputStream content, boolean tar) {
    this.name = name;
    this.content = content;
    this.tar = tar;
  }

  /**
   * Looks at the first bytes of {@code file}, which the caller closes.
   *
   * @throws TransferException it is compressed in a way that is not unpacked here
   */
  static LocalArchive open(String name, InputStream file) {
    try {
      BufferedInputStream plain = new BufferedInputStream(decompressed(name, file));
      byte[] block = peek(plain, TAR_BLOCK);
      // The checksum is as good as certain; the magic would miss tars older than POSIX.
      boolean tar = block.length == TAR_BLOCK && TarUtils.verifyCheckSum(block);
      return new LocalArchive(name, plain, tar);
    } catch (IOException | IllegalArgumentException notAnArchiveAfterAll) {
      return new LocalArchive(name, file, false);
    }
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

  private static InputStream decompressed(String name, InputStream file) throws IOException {
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
      throw new TransferException(
          "%s is compressed with zstd, which ADD does not unpack: use COPY to copy it as it is, or gzip or xz"
              .formatted(name));
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
