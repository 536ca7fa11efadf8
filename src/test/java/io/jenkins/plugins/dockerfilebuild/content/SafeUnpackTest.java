package io.jenkins.plugins.dockerfilebuild.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeUnpackTest {

  private static final SafeUnpack.Limits LIMITS = new SafeUnpack.Limits(1000, 50, 200);
  private static final SafeUnpack.Policy STRICT = new SafeUnpack.Policy(false, false);

  @TempDir Path temporary;
  private Path target;

  @BeforeEach
  void makeTarget() throws IOException {
    target = Files.createDirectory(temporary.resolve("target"));
  }

  /** A tar in the making. */
  private static final class Tar {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, UTF_8.name());

    Tar() {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      out.setAddPaxHeadersForNonAsciiNames(true);
    }

    Tar file(String name, String content) throws IOException {
      return file(name, content, 0644);
    }

    Tar file(String name, String content, int mode) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, true);
      entry.setSize(content.getBytes(UTF_8).length);
      entry.setMode(mode);
      entry.setUserId(12);
      entry.setGroupId(34);
      entry.setModTime(FileTime.fromMillis(1_000_000_000_000L));
      out.putArchiveEntry(entry);
      out.write(content.getBytes(UTF_8));
      out.closeArchiveEntry();
      return this;
    }

    /** The name of the next entry, as GNU tar writes one that is too long for its header. */
    Tar gnuLongName(String name) throws IOException {
      TarArchiveEntry entry =
          new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
      entry.setSize(name.length() + 1L);
      out.putArchiveEntry(entry);
      out.write((name + "\0").getBytes(UTF_8));
      out.closeArchiveEntry();
      return this;
    }

    Tar directory(String name, int mode) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name + "/", true);
      entry.setMode(mode);
      entry.setModTime(FileTime.fromMillis(1_000_000_000_000L));
      out.putArchiveEntry(entry);
      out.closeArchiveEntry();
      return this;
    }

    Tar typed(String name, byte type, String linkTarget) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
      entry.setLinkName(linkTarget);
      out.putArchiveEntry(entry);
      out.closeArchiveEntry();
      return this;
    }

    Tar symlink(String name, String linkTarget) throws IOException {
      return typed(name, TarConstants.LF_SYMLINK, linkTarget);
    }

    Tar hardLink(String name, String linkTarget) throws IOException {
      return typed(name, TarConstants.LF_LINK, linkTarget);
    }

    byte[] bytes() throws IOException {
      out.finish();
      return bytes.toByteArray();
    }
  }

  private SafeUnpack.Summary unpack(Tar tar, SafeUnpack.Policy policy) throws IOException {
    return SafeUnpack.unpack(new ByteArrayInputStream(tar.bytes()), target, LIMITS, policy);
  }

  private void assertRefused(Tar tar, String message) {
    assertThatThrownBy(() -> unpack(tar, STRICT))
        .isInstanceOf(UnsafeArchiveException.class)
        .hasMessageContaining(message);
    assertThat(temporary).isDirectoryNotContaining(path -> !path.equals(target));
  }

  @Test
  void filesDirectoriesAndLinksComeOutWithModesAndTimes() throws IOException {
    SafeUnpack.Summary summary =
        unpack(
            new Tar()
                .directory(".", 0711)
                .directory("d", 0500)
                .file("./d/run", "echo", 04755)
                .file("implied/b", "b")
                .hardLink("d/again", "d/run")
                .symlink("d/link", "../implied/b")
                .file("caf\u00e9/" + "x".repeat(120), "long"),
            STRICT);

    assertThat(summary).isEqualTo(new SafeUnpack.Summary(7, 9));
    assertThat(SampleFiles.mode(target)).isEqualTo(0711);
    assertThat(SampleFiles.mode(target.resolve("d"))).isEqualTo(0500);
    assertThat(SampleFiles.mode(target.resolve("d/run"))).isEqualTo(04755);
    assertThat(SampleFiles.mode(target.resolve("implied"))).isEqualTo(0755);
    assertThat(SampleFiles.modified(target.resolve("d/run"))).isEqualTo(1_000_000_000_000_000_000L);
    assertThat(SampleFiles.modified(target.resolve("d"))).isEqualTo(1_000_000_000_000_000_000L);
    assertThat(Files.isSameFile(target.resolve("d/run"), target.resolve("d/again"))).isTrue();
    assertThat(target.resolve("d/link")).hasContent("b");
    assertThat(FileNames.resolve(target, "caf\u00e9/" + "x".repeat(120))).hasContent("long");
  }

  @Test
  void ownersAreKeptWhereAskedFor() throws IOException {
    Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "only root gives away");
    unpack(new Tar().file("a", "x", 06755).symlink("l", "a"), new SafeUnpack.Policy(true, false));

    assertThat(Files.getAttribute(target.resolve("a"), "unix:uid")).isEqualTo(12);
    assertThat(Files.getAttribute(target.resolve("a"), "unix:gid")).isEqualTo(34);
    assertThat(SampleFiles.mode(target.resolve("a"))).isEqualTo(06755);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "a/../../evil", "/evil", "a/..", "./../evil"})
  void aNameThatClimbsOrIsAbsoluteIsRefused(String name) throws IOException {
    assertRefused(new Tar().file(name, "x"), "the name " + name);
  }

  @Test
  void nothingIsWrittenThroughALinkThatTheArchiveMade() throws IOException {
    assertRefused(new Tar().symlink("a", ".").file("a/b", "x"), "a/b is below a");
    RecursiveRemoval.remove(target);
    Files.createDirectory(target);
    assertRefused(new Tar().directory("d", 0755).symlink("a", "d").hardLink("a/b", "x"), "below a");
  }

  @Test
  void aFileThatReplacesALinkDoesNotFollowIt() throws IOException {
    Path outside = SampleFiles.write(temporary, "outside", "untouched");
    SafeUnpack.Policy leaving = new SafeUnpack.Policy(false, true);

    unpack(new Tar().symlink("a", outside.toString()).file("a", "mine"), leaving);

    assertThat(outside).hasContent("untouched");
    assertThat(target.resolve("a")).isRegularFile().hasContent("mine");
    assertThat(Files.isSymbolicLink(target.resolve("a"))).isFalse();
  }

  @Test
  void aLinkThatReplacesAFileIsALink() throws IOException {
    unpack(new Tar().file("b", "b").file("a", "x").symlink("a", "b"), STRICT);

    assertThat(Files.isSymbolicLink(target.resolve("a"))).isTrue();
    assertThat(target.resolve("a")).hasContent("b");
  }

  @Test
  void linksThatLeaveAreRefusedUnlessAllowedAndThenOnlyText() throws IOException {
    for (String leaving : new String[] {"/etc/passwd", "..", "../../x", "d/../../x"}) {
      assertRefused(new Tar().symlink("link", leaving), "leaves the archive");
    }

    unpack(
        new Tar().symlink("link", "/etc/passwd").hardLink("same", "link"),
        new SafeUnpack.Policy(false, true));

    assertThat(Files.readSymbolicLink(target.resolve("link"))).hasToString("/etc/passwd");
    assertThat(Files.readSymbolicLink(target.resolve("same"))).hasToString("/etc/passwd");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "../outside", "missing", "later"})
  void aHardLinkToAnythingButAnEarlierFileIsRefused(String linkTarget) throws IOException {
    SampleFiles.write(temporary, "target/missing-not", "x");
    assertThatThrownBy(
            () -> unpack(new Tar().hardLink("link", linkTarget).file("later", "x"), STRICT))
        .isInstanceOf(UnsafeArchiveException.class);
    assertThat(Files.exists(target.resolve("link"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void devicesAndPipesAreRefused() throws IOException {
    for (byte type : new byte[] {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO}) {
      assertRefused(new Tar().typed("dev/null", type, ""), "dev/null is a device");
      RecursiveRemoval.remove(target.resolve("dev"));
    }
  }

  @Test
  void limitsHold() throws IOException {
    assertRefused(new Tar().file("a", "x".repeat(600)).file("b", "x".repeat(401)), "1000 bytes");
    RecursiveRemoval.remove(target);
    Files.createDirectory(target);
    Tar many = new Tar();
    for (int i = 0; i < 51; i++) {
      many.file("f" + i, "");
    }
    assertRefused(many, "more than 50 entries");
    RecursiveRemoval.remove(target);
    Files.createDirectory(target);
    assertRefused(new Tar().file("a/".repeat(60) + "b", ""), "more than 50 entries");
    assertRefused(new Tar().file("x".repeat(201), ""), "too long");
  }

  @Test
  void aNameOfMegabytesIsRefusedBeforeItIsInMemory() throws IOException {
    assertRefused(new Tar().gnuLongName("x".repeat(2 << 20)).file("a", ""), "header bytes");
  }

  @Test
  void aDirectoryIsNotReplacedByAFileNorTheReverse() throws IOException {
    assertRefused(new Tar().directory("a", 0755).file("a", "x"), "a is there twice");
    assertRefused(new Tar().file("b", "x").directory("b", 0755), "b is there twice");
    assertRefused(new Tar().file("c", "x").file("c/d", "x"), "c/d is below c");
  }

  @Test
  void aStreamThatEndsTooSoonIsAnError() throws IOException {
    byte[] whole = new Tar().file("a", "x".repeat(900)).bytes();

    assertThatThrownBy(
            () ->
                SafeUnpack.unpack(new ByteArrayInputStream(whole, 0, 1000), target, LIMITS, STRICT))
        .isInstanceOf(IOException.class);
  }

  @Property(tries = 300)
  void damagedArchivesEndInAnIoExceptionOrInsideTheDirectory(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Path directory = Files.createTempDirectory("safe-unpack");
    try {
      Path inside = Files.createDirectory(directory.resolve("inside"));
      byte[] bytes =
          new Tar()
              .directory("d", 0755)
              .file("d/a", "content")
              .symlink("d/l", "a")
              .hardLink("h", "d/a")
              .bytes();
      for (int i = 1 + random.nextInt(20); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThatNothingEscapes(bytes, inside);
      assertThat(directory).isDirectoryNotContaining(path -> !path.equals(inside));
    } finally {
      RecursiveRemoval.remove(directory);
    }
  }

  private static void assertThatNothingEscapes(byte[] bytes, Path inside) {
    try {
      SafeUnpack.Summary summary =
          SafeUnpack.unpack(new ByteArrayInputStream(bytes), inside, LIMITS, STRICT);
      assertThat(summary.bytes()).isLessThanOrEqualTo(LIMITS.maxBytes());
    } catch (IOException refused) {
      assertThat(refused).hasMessageNotContaining("null");
    }
  }
}
