package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that nobody should trust: refused whole, and nothing of them stays. */
class HostileArchiveTest {

  @TempDir private Path temporary;

  /** Writes an archive's entries. */
  @FunctionalInterface
  private interface Entries {
    void writeTo(TarArchiveOutputStream tar) throws IOException;
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    try (Stream<Path> left = Files.walk(temporary.resolve("t"))) {
      assertThat(left).containsExactly(temporary.resolve("t"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "a/../../evil", "..", "a/..", "./../x"})
  void namesThatClimb(String name) {
    refused(tar -> file(tar, name, "x"), "leads out of the directory");
  }

  @Test
  void absoluteNames() {
    refused(tar -> file(tar, "/etc/passwd", "x"), "\"/etc/passwd\" is absolute");
    refused(tar -> file(tar, "/" + "long/".repeat(60) + "name", "x"), "is absolute");
  }

  @Test
  void namesThatAreTooLong() {
    refused(tar -> file(tar, "n".repeat(256), "x"), "not a name that a file can have");
    refused(tar -> file(tar, "name/".repeat(900) + "x", "x"), "longer than a path can be");
  }

  @ParameterizedTest
  @CsvSource({
    "link,/etc/passwd",
    "link,../x",
    "a/b/link,../../../x",
    "link,a/../../x",
    "a/l,b/../../../x"
  })
  void symbolicLinksThatLeadOutside(String path, String target) {
    refused(tar -> link(tar, path, target, TarConstants.LF_SYMLINK), "leads out of the directory");
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/passwd,is absolute",
    "../x,leads out",
    "nothing,hard link to no file",
    "d,no file"
  })
  void hardLinksThatLeadOutsideOrToNothing(String target, String why) {
    refused(
        tar -> {
          directory(tar, "d");
          link(tar, "l", target, TarConstants.LF_LINK);
        },
        why);
  }

  @ParameterizedTest
  @ValueSource(
      bytes = {
        TarConstants.LF_CHR,
        TarConstants.LF_BLK,
        TarConstants.LF_FIFO,
        TarConstants.LF_MULTIVOLUME,
        (byte) 'V',
        (byte) '!'
      })
  void devicesPipesAndUnknownKinds(byte kind) {
    refused(tar -> link(tar, "thing", "", kind), "device, a pipe or another thing");
  }

  @Test
  void filesInsideOfLinksAndFiles() {
    refused(
        tar -> {
          link(tar, "a", "b", TarConstants.LF_SYMLINK);
          file(tar, "a/passwd", "x");
        },
        "no directory holds");
    refused(
        tar -> {
          file(tar, "a", "x");
          file(tar, "a/b", "x");
        },
        "no directory holds");
    refused(tar -> file(tar, ".", "x"), "no directory holds");
  }

  @Test
  void moreThanIsAllowed() {
    ArchiveBounds small = new ArchiveBounds(1_000, false);
    assertThatThrownBy(() -> read(packed(tar -> file(tar, "f", "x".repeat(1_001))), small))
        .isInstanceOf(MalformedArchiveException.class)
        .hasMessageContaining("more than the 1,000 bytes that are allowed");
    byte[] several =
        packed(
            tar -> {
              file(tar, "a", "x".repeat(600));
              file(tar, "b", "x".repeat(600));
            });
    assertThatThrownBy(() -> read(several, small)).isInstanceOf(MalformedArchiveException.class);
  }

  @Test
  void aSizeThatIsOnlyClaimedIsRefusedBeforeItIsRead() {
    byte[] archive = packed(tar -> file(tar, "f", "x"));
    claimSize(archive, 1L << 60);
    refused(archive, "more than the");
  }

  @Test
  void aBombOfHeadersNeedsNoMemory() throws IOException {
    // A PAX header of 100 MB: what reads it as text would need several times that.
    byte[] header = packed(tar -> link(tar, "PaxHeaders/f", "", (byte) 'x'));
    claimSize(header, 100 << 20);
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
      gzip.write(header, 0, 512);
      for (int i = 0; i < 100; i++) {
        gzip.write(new byte[1 << 20]);
      }
    }
    refused(bomb.toByteArray(), "header of 104857600 bytes");
    for (byte kind : new byte[] {'g', 'L', 'K'}) {
      byte[] other = header.clone();
      other[156] = kind;
      claimSize(other, 100 << 20);
      assertThatThrownBy(() -> read(Arrays.copyOf(other, 512), ArchiveBounds.USUAL))
          .hasMessageContaining("header of");
    }
  }

  @Test
  void aBombOfZerosIsBounded() {
    InputStream zeros =
        new SequenceInputStream(
            new ByteArrayInputStream(Arrays.copyOf(claimed(2L << 30), 512)), new Zeros(3L << 30));
    assertThatThrownBy(
            () ->
                CacheArchive.read(zeros, temporary.resolve("t"), new ArchiveBounds(1 << 30, false)))
        .isInstanceOf(MalformedArchiveException.class)
        .hasMessageContaining("allowed");
  }

  @Test
  void whatIsNoArchiveOrIsCutShort() {
    refused(new byte[0], "no tar archive");
    refused(new byte[10_240], "no tar archive");
    refused("PK\u0003\u0004 this is a zip".repeat(100).getBytes(StandardCharsets.US_ASCII), "");
    byte[] whole = packed(tar -> file(tar, "f", "x".repeat(5_000)));
    refused(Arrays.copyOf(whole, 3_000), "");
    refused(Arrays.copyOf(whole, 700), "");
  }

  @Test
  void noDamageIsMoreThanAnErrorOfTheArchive() throws IOException {
    Random random = new Random(20261125);
    byte[] archive =
        packed(
            tar -> {
              directory(tar, "d");
              file(tar, "d/" + "long".repeat(50), "content");
              link(tar, "s", "d", TarConstants.LF_SYMLINK);
              file(tar, "e", "more");
            });
    int read = 0;
    for (int round = 0; round < 2_000; round++) {
      byte[] damaged = archive.clone();
      for (int i = 0; i < 3; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        read(damaged, ArchiveBounds.USUAL);
        read++;
      } catch (IOException refused) {
        assertThat(refused).hasMessageNotContaining("NullPointer");
      }
    }
    assertThat(read).isLessThan(2_000);
  }

  private void refused(Entries entries, String why) {
    refused(packed(entries), why);
  }

  private void refused(byte[] archive, String why) {
    assertThatThrownBy(() -> read(archive, ArchiveBounds.USUAL))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }

  private void read(byte[] archive, ArchiveBounds bounds) throws IOException {
    CacheArchive.read(new ByteArrayInputStream(archive), temporary.resolve("t"), bounds).close();
  }

  private static byte[] packed(Entries entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "ISO-8859-1")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      entries.writeTo(tar);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void file(TarArchiveOutputStream tar, String name, String content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
    entry.setSize(content.length());
    tar.putArchiveEntry(entry);
    tar.write(content.getBytes(StandardCharsets.US_ASCII));
    tar.closeArchiveEntry();
  }

  private static void directory(TarArchiveOutputStream tar, String name) throws IOException {
    tar.putArchiveEntry(new TarArchiveEntry(name + "/", TarConstants.LF_DIR));
    tar.closeArchiveEntry();
  }

  private static void link(TarArchiveOutputStream tar, String name, String target, byte kind)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, kind);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private static byte[] claimed(long size) {
    byte[] archive = packed(tar -> file(tar, "f", "x"));
    claimSize(archive, size);
    return archive;
  }

  /** Gives the first entry another size, in base 256, and its header a fitting checksum. */
  private static void claimSize(byte[] archive, long size) {
    archive[124] = (byte) 0x80;
    for (int i = 0; i < 11; i++) {
      archive[135 - i] = i < 8 ? (byte) (size >>> (8 * i)) : 0;
    }
    Arrays.fill(archive, 148, 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += archive[i] & 0xff;
    }
    byte[] text = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, archive, 148, 8);
  }

  /** A stream of zeros. */
  private static final class Zeros extends InputStream {

    private long left;

    Zeros(long left) {
      this.left = left;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = (int) Math.min(length, left);
      Arrays.fill(bytes, offset, offset + count, (byte) 0);
      left -= count;
      return count;
    }
  }
}
