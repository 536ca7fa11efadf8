package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.FileNames;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.junit.jupiter.api.Test;

class TarReaderTest {

  private static final Bytes BINARY = Bytes.of(new byte[] {0, (byte) 0xff, '\n', '=', (byte) 0x80});

  @Test
  void extendedAttributesAreBytesAndBelongToTheirFile() throws IOException {
    FileAttributes with = withXattrs(Map.of("security.capability", BINARY, "user.x", BINARY));
    byte[] archive =
        TransferFixture.tar(
            tar -> {
              tar.directory("/d", TransferFixture.attributes(0755, 0, 0));
              TransferFixture.text(tar, "/d/with", with, "x".repeat(1000));
              TransferFixture.text(tar, "/d/" + "long".repeat(60), with, "");
              TransferFixture.text(
                  tar, "/d/" + "l".repeat(150), TransferFixture.attributes(0644, 0, 0), "y");
            });

    try (TarReader reader = new TarReader(new ByteArrayInputStream(archive))) {
      for (int expected : List.of(0, 2, 2, 0)) {
        assertThat(reader.next()).isPresent();
        assertThat(reader.attributes().xattrs()).hasSize(expected).doesNotContainValue(null);
      }
      assertThat(reader.next()).isEmpty();
    }
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    FileAttributes with = withXattrs(Map.of("security.capability", BINARY));
    String name = "/d\u00e9/" + "long/".repeat(40) + "f";
    byte[] archive = TransferFixture.tar(tar -> TransferFixture.text(tar, name, with, "content"));

    try (TarReader reader = new TarReader(new ByteArrayInputStream(archive))) {
      assertThat(reader.next().orElseThrow().getName()).isEqualTo(name.substring(1));
      assertThat(reader.attributes()).isEqualTo(with);
      assertThat(reader.content()).hasContent("content");
    }
  }

  @Test
  void noDamageMakesItThrowAnythingButItsOwnError() throws IOException {
    FileAttributes with = withXattrs(Map.of("security.capability", BINARY));
    byte[] archive =
        TransferFixture.tar(
            tar -> {
              TransferFixture.text(tar, "/a", with, "a");
              TransferFixture.text(tar, "/b", with, "b");
            });
    Random random = new Random(11);
    for (int round = 0; round < 3000; round++) {
      byte[] damaged = Arrays.copyOf(archive, archive.length);
      for (int i = 0; i < 4; i++) {
        damaged[random.nextInt(4096)] = (byte) random.nextInt(256);
      }
      try (TarReader reader = new TarReader(new ByteArrayInputStream(damaged))) {
        while (reader.next().isPresent()) {
          assertThat(reader.attributes().xattrs().size()).isLessThan(3);
        }
      } catch (IOException damage) {
        assertThat(damage).hasMessageNotContaining("NullPointer");
      }
    }
  }

  @Test
  void aNumberThatIsNoneIsAnErrorOfTheArchive() throws IOException {
    byte[] archive =
        TransferFixture.tar(
            tar -> TransferFixture.text(tar, "/a", TransferFixture.attributes(0644, 0, 0), "a"));
    archive[124] = 'z';

    try (TarReader reader = new TarReader(new ByteArrayInputStream(archive))) {
      assertThatThrownBy(reader::next).isInstanceOf(IOException.class);
    }
  }

  private static FileAttributes withXattrs(Map<String, Bytes> xattrs) {
    return new FileAttributes(0755, 1, 2, TransferFixture.NOW, xattrs);
  }

  /** What unpacks from a few kilobytes would be gigabytes in the memory of whoever reads it. */
  @Test
  void headersThatNeedMuchMemoryAreRefused() {
    byte[] content = new byte[3 << 20];
    byte[] continued = header("f", TarConstants.LF_GNUTYPE_SPARSE, 0);
    System.arraycopy("ustar  \0".getBytes(StandardCharsets.US_ASCII), 0, continued, 257, 8);
    continued[482] = 1;
    byte[] map = new byte[3 << 20];
    for (int goesOn = 504; goesOn < map.length; goesOn += 512) {
      map[goesOn] = 1;
    }
    byte[] pieces = ("700000\n" + "0\n0\n".repeat(700000)).getBytes(StandardCharsets.US_ASCII);
    String sparse =
        """
        22 GNU.sparse.major=1
        22 GNU.sparse.minor=0
        25 GNU.sparse.realsize=0
        21 GNU.sparse.name=f
        """;

    assertRefused(header("n", TarConstants.LF_GNUTYPE_LONGNAME, content.length), content);
    assertRefused(header("p", TarConstants.LF_PAX_EXTENDED_HEADER_LC, content.length), content);
    assertRefused(header("g", TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER, content.length), content);
    assertRefused(continued, map);
    assertRefused(
        header("p", TarConstants.LF_PAX_EXTENDED_HEADER_LC, sparse.length()),
        Arrays.copyOf(sparse.getBytes(StandardCharsets.US_ASCII), 512),
        header("f", TarConstants.LF_NORMAL, pieces.length),
        Arrays.copyOf(pieces, 3 << 20));
  }

  private static void assertRefused(byte[]... parts) {
    assertThatThrownBy(() -> names(parts))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("the archive has (a header of|headers of more than) \\d+ bytes.*");
  }

  @Test
  void namesThatAreNoTextKeepTheirBytes() throws IOException {
    String name = "d/caf\u00e9";
    String longName = "d/" + "l".repeat(200) + "\u00e9";
    byte[] gnu = (longName + "\0").getBytes(StandardCharsets.ISO_8859_1);

    List<String> read =
        names(
            header(name, TarConstants.LF_NORMAL, 0),
            header("n", TarConstants.LF_GNUTYPE_LONGNAME, gnu.length),
            Arrays.copyOf(gnu, 512),
            header("cut", TarConstants.LF_NORMAL, 0));

    assertThat(read).hasSize(2);
    assertThat(read).allSatisfy(text -> assertThat(FileNames.isText(text)).isFalse());
    assertThat(bytesAfterWriting(read.get(0))).containsExactly(name, name);
    assertThat(bytesAfterWriting(read.get(1))).containsExactly(longName, longName);
  }

  /** The bytes of a name, and of a link to it, one in each character. */
  private static List<String> bytesAfterWriting(String name) throws IOException {
    FileAttributes attributes = TransferFixture.attributes(0644, 0, 0);
    byte[] archive =
        TransferFixture.tar(
            tar -> {
              TransferFixture.text(tar, "/" + name, attributes, "x");
              tar.symbolicLink("/link", attributes, name);
            });
    try (TarReader reader = new TarReader(new ByteArrayInputStream(archive))) {
      assertThat(reader.next()).isPresent();
      String file = reader.nameBytes();
      assertThat(reader.content()).hasContent("x");
      assertThat(reader.next()).isPresent();
      return List.of(file, reader.linkBytes());
    }
  }

  private static byte[] header(String name, byte type, int size) {
    TarArchiveEntry entry = new TarArchiveEntry(name, type);
    entry.setSize(size);
    byte[] header = new byte[512];
    try {
      entry.writeEntryHeader(header, ZipEncodingHelper.getZipEncoding("ISO-8859-1"), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return header;
  }

  private static List<String> names(byte[]... parts) throws IOException {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      archive.write(part);
    }
    archive.write(new byte[1024]);
    List<String> names = new ArrayList<>();
    try (TarReader reader = new TarReader(new ByteArrayInputStream(archive.toByteArray()))) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        names.add(next.get().getName());
      }
    }
    return names;
  }
}
