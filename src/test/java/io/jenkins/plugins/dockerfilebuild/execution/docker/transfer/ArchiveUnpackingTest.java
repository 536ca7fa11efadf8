package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.attributes;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.lines;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.tar;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.zstd.ZstdOutputStream;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;

/** Archives that ADD gets, friendly and hostile, down to what would go on the wire. */
class ArchiveUnpackingTest {

  @Test
  void namesAreMadeRelativeToTheDestination() throws IOException {
    byte[] archive = archive(entry("/abs/file"), entry("./dot//file"), entry("in/../side/file"));

    assertThat(unpacked(archive))
        .containsExactly(
            "dst/abs/file f 644 0:0 x", "dst/dot/file f 644 0:0 x", "dst/side/file f 644 0:0 x");
  }

  @Test
  void aNameThatClimbsOutIsRefused() throws IOException {
    for (String name : List.of("../file", "a/../../file", "/../file", "a/b/../../../file")) {
      assertRefused(archive(entry(name)), "would leave the destination by the name " + name);
    }
  }

  @Test
  void aHardLinkToOutsideIsRefused() throws IOException {
    assertRefused(archive(link("a", "../../etc/shadow", TarConstants.LF_LINK)), "would leave");
  }

  @Test
  void aHardLinkPointsBelowTheDestination() throws IOException {
    byte[] archive = archive(entry("etc/x"), link("y", "/etc/x", TarConstants.LF_LINK));

    assertThat(unpacked(archive)).containsExactly("dst/etc/x f 644 0:0 x", "dst/y h dst/etc/x");
  }

  @Test
  void nothingIsWrittenOrLinkedThroughALinkOfTheArchive() throws IOException {
    TarArchiveEntry out = link("out", "/etc", TarConstants.LF_SYMLINK);
    String message = "through the link out";

    assertRefused(archive(out, entry("out/passwd")), message);
    assertRefused(archive(out, entry("./out/./x/passwd")), message);
    assertRefused(archive(out, link("y", "out/shadow", TarConstants.LF_LINK)), message);
    assertRefused(archive(out, link("out/y", "z", TarConstants.LF_SYMLINK)), message);
  }

  @Test
  void aLinkThatLeavesIsKeptWhereNothingPassesThroughIt() throws IOException {
    byte[] archive = archive(link("out", "/etc/../..", TarConstants.LF_SYMLINK), entry("outer"));

    assertThat(unpacked(archive))
        .containsExactly("dst/out l 0:0 /etc/../..", "dst/outer f 644 0:0 x");
  }

  @Test
  void aLinkThatAFileReplacedIsNoLinkAnyMore() throws IOException {
    byte[] archive = archive(link("a", "/etc", TarConstants.LF_SYMLINK), entry("a"));

    assertThat(unpacked(archive))
        .containsExactlyInAnyOrder("dst/a l 0:0 /etc", "dst/a f 644 0:0 x");
  }

  @Test
  void whatIsOfAKindThatNobodyKnowsIsRefused() throws IOException {
    TarArchiveEntry label = new TarArchiveEntry("label", (byte) 'V', true);

    assertRefused(archive(label, entry("file")), "label is of a kind that cannot be unpacked");
  }

  @Test
  void compressionIsToldByContent() throws IOException {
    byte[] plain = tar(tar -> text(tar, "/f", attributes(0600, 7, 8), "content"));
    List<String> expected = List.of("dst/f f 600 7:8 content");

    assertThat(unpacked(plain)).isEqualTo(expected);
    assertThat(unpacked(compressed(plain, GzipCompressorOutputStream::new))).isEqualTo(expected);
    assertThat(unpacked(compressed(plain, BZip2CompressorOutputStream::new))).isEqualTo(expected);
    assertThat(unpacked(compressed(plain, XZCompressorOutputStream::new))).isEqualTo(expected);
    assertThat(unpacked(compressed(plain, ZstdOutputStream::new))).isEqualTo(expected);
  }

  @Test
  void whatIsNoArchiveIsLeftAlone() throws IOException {
    byte[] noise = new byte[2000];
    new Random(3).nextBytes(noise);
    byte[] text = "just text".getBytes(StandardCharsets.UTF_8);

    assertThat(isTar(noise)).isFalse();
    assertThat(isTar(text)).isFalse();
    assertThat(isTar(new byte[0])).isFalse();
    assertThat(isTar(new byte[10240])).isFalse();
    assertThat(isTar(compressed(text, GzipCompressorOutputStream::new))).isFalse();
    assertThat(isTar(compressed(text, ZstdOutputStream::new))).isFalse();
    assertThat(isTar(new byte[] {0x1f, (byte) 0x8b, 1, 2, 3, 4, 5, 6})).isFalse();
    assertThat(isTar(new byte[] {'B', 'Z', 'h', '9', 0, 0})).isFalse();
  }

  @Test
  void zstdThatCannotBeReadIsNoArchiveAndTold() throws IOException {
    byte[] zstd = TransferFixture.damagedZstd();

    try (LocalArchive local = LocalArchive.open("m.zst", new ByteArrayInputStream(zstd))) {
      assertThat(local.isTar()).isFalse();
      assertThat(local.doubt().orElse("")).contains("m.zst is zstd that cannot be unpacked here");
    }
  }

  @Test
  void aZstdArchiveThatBreaksOffIsAnError() throws IOException {
    byte[] content = new byte[16 << 20];
    new Random(4).nextBytes(content);
    byte[] plain =
        tar(
            tar ->
                tar.file(
                    "/f",
                    attributes(0600, 7, 8),
                    content.length,
                    new ByteArrayInputStream(content)));
    byte[] packed = compressed(plain, ZstdOutputStream::new);

    assertThatThrownBy(() -> unpacked(Arrays.copyOf(packed, packed.length / 2)))
        .isInstanceOf(IOException.class);

    // More than a block, so that what follows is no header of one.
    Arrays.fill(packed, packed.length / 2, packed.length / 2 + (132 << 10), (byte) 0xff);
    assertThatThrownBy(() -> unpacked(packed))
        .isInstanceOf(TransferException.class)
        .hasMessageStartingWith("a.tar cannot be unpacked: ");
  }

  @Test
  void anArchiveThatIsCutShortIsAnError() throws IOException {
    byte[] whole = archive(entry("a"), entry("b"));
    byte[] cut = Arrays.copyOf(whole, 512);

    assertThatThrownBy(() -> unpacked(cut)).isInstanceOf(IOException.class);
  }

  private static void assertRefused(byte[] archive, String why) {
    assertThatThrownBy(() -> unpacked(archive))
        .isInstanceOf(TransferException.class)
        .hasMessageStartingWith("refused to unpack a.tar")
        .hasMessageContaining(why);
  }

  /** What would be sent to a container that has a directory {@code /dst}. */
  private static List<String> unpacked(byte[] archive) throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    ContainerPath destination =
        new ContainerPath("/dst", Optional.of(ContainerFiles.Kind.DIRECTORY), List.of());
    try (TarWriter tar = new TarWriter(wire);
        LocalArchive local = LocalArchive.open("a.tar", new ByteArrayInputStream(archive))) {
      assertThat(local.isTar()).isTrue();
      TransferTarget.Options options =
          new TransferTarget.Options(
              Optional.empty(), Optional.empty(), TransferFixture.NOW, notice -> {});
      new ArchiveUnpacking(local, new TransferTarget(destination, "/dst/", options, tar)).run();
    }
    return lines(new ByteArrayInputStream(wire.toByteArray()));
  }

  private static boolean isTar(byte[] bytes) throws IOException {
    try (LocalArchive local = LocalArchive.open("f", new ByteArrayInputStream(bytes))) {
      return local.isTar();
    }
  }

  /** A tar with names as they are: what no tar program would write. */
  private static byte[] archive(TarArchiveEntry... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (TarArchiveEntry entry : entries) {
        boolean file = entry.isFile() && !entry.isLink() && !entry.isSymbolicLink();
        entry.setSize(file ? 1 : 0);
        tar.putArchiveEntry(entry);
        if (file) {
          tar.write('x');
        }
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static TarArchiveEntry entry(String name) {
    return new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
  }

  private static TarArchiveEntry link(String name, String target, byte type) {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setLinkName(target);
    return entry;
  }

  private interface Compressor {
    OutputStream on(OutputStream out) throws IOException;
  }

  private static byte[] compressed(byte[] plain, Compressor compressor) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = compressor.on(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }
}
