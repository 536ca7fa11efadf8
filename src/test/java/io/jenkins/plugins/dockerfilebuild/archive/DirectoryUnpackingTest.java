package io.jenkins.plugins.dockerfilebuild.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of an image, and what a hostile archive would make of a directory. */
class DirectoryUnpackingTest {

  private static final Instant TIME = Instant.parse("2020-02-02T02:02:02Z");

  @TempDir private Path directory;
  private Path target;
  private Path outside;

  /** An entry to be: its header and, of a file, its content. */
  private record Entry(TarArchiveEntry header, Bytes content) {}

  private final List<Entry> archive = new ArrayList<>();

  @BeforeEach
  void aTargetBesideAnotherDirectory() throws IOException {
    target = directory.resolve("target");
    outside = Files.createDirectory(directory.resolve("outside"));
    Files.writeString(outside.resolve("file"), "untouched");
  }

  private TarArchiveEntry add(TarArchiveEntry header, String content) {
    header.setModTime(TIME.toEpochMilli());
    Bytes bytes = Bytes.utf8(content);
    header.setSize(bytes.size());
    archive.add(new Entry(header, bytes));
    return header;
  }

  private TarArchiveEntry file(String name, String content) {
    // The name as it is: the other constructors take a slash at its begin away.
    return add(new TarArchiveEntry(name, true), content);
  }

  private void directory(String name, int mode) {
    add(new TarArchiveEntry(name + "/"), "").setMode(mode);
  }

  private void link(String name, byte type, String to) {
    add(new TarArchiveEntry(name, type), "").setLinkName(to);
  }

  private void unpack() throws IOException {
    DirectoryUnpacking.unpack(
        out -> {
          TarArchiveOutputStream tar =
              new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
          tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
          for (Entry entry : archive) {
            tar.putArchiveEntry(entry.header);
            tar.write(entry.content.toArray());
            tar.closeArchiveEntry();
          }
          tar.finish();
        },
        target);
  }

  private void assertNothingOutsideWasTouched() throws IOException {
    assertThat(outside.resolve("file")).hasContent("untouched");
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files).hasSize(1);
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Test
  void filesHaveTheirModesTimesAndLinks() throws IOException {
    directory("d", 0500);
    directory("shared", 03777);
    file("d/grüße", "hello").setMode(04750);
    link("d/hard", TarConstants.LF_LINK, "d/grüße");
    link("d/soft", TarConstants.LF_SYMLINK, "/nowhere");
    file("parents/that/are/missing", "x");
    link("device", TarConstants.LF_CHR, "");
    link("pipe", TarConstants.LF_FIFO, "");
    unpack();

    Path file = target.resolve("d/grüße");
    assertThat(file).hasContent("hello");
    assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0104750);
    assertThat(Files.getAttribute(target.resolve("shared"), "unix:mode")).isEqualTo(043777);
    assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(TIME);
    assertThat(Files.getAttribute(target.resolve("d"), "unix:mode")).isEqualTo(040500);
    assertThat(Files.getLastModifiedTime(target.resolve("d")).toInstant()).isEqualTo(TIME);
    assertThat(Files.getAttribute(target.resolve("d/hard"), "unix:ino"))
        .isEqualTo(Files.getAttribute(file, "unix:ino"));
    assertThat(Files.readSymbolicLink(target.resolve("d/soft"))).isEqualTo(Path.of("/nowhere"));
    assertThat(target.resolve("parents/that/are/missing")).hasContent("x");
    assertThat(target.resolve("device")).doesNotExist();
    assertThat(target.resolve("pipe")).doesNotExist();
  }

  @Test
  void whatIsThereStaysUnlessItIsReplaced() throws IOException {
    Files.createDirectories(target.resolve("d/sub"));
    Files.writeString(target.resolve("d/kept"), "kept");
    Files.writeString(target.resolve("d/changed"), "old");
    Files.createSymbolicLink(target.resolve("link"), outside.resolve("file"));
    directory("d", 0755);
    file("d/changed", "new");
    file("d/sub", "a file now");
    file("link", "no link any more");
    unpack();

    assertThat(target.resolve("d/kept")).hasContent("kept");
    assertThat(target.resolve("d/changed")).hasContent("new");
    assertThat(target.resolve("d/sub")).hasContent("a file now");
    assertThat(target.resolve("link")).hasContent("no link any more");
    assertNothingOutsideWasTouched();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside/file", "d/../../outside/file", "..", "a/.."})
  void aNameThatClimbsOutIsRefused(String name) throws IOException {
    file(name, "hostile");
    assertThatThrownBy(this::unpack)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("refused");
    assertNothingOutsideWasTouched();
  }

  @Test
  void anAbsoluteNameIsBelowTheTarget() throws IOException {
    file("//etc/passwd", "x");
    unpack();
    assertThat(target.resolve("etc/passwd")).hasContent("x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside", "/", "."})
  void nothingIsWrittenThroughASymbolicLinkOfTheArchive(String to) throws IOException {
    link("way", TarConstants.LF_SYMLINK, to);
    file("way/file", "hostile");
    assertThatThrownBy(this::unpack).hasMessageContaining("way is a symbolic link");
    assertNothingOutsideWasTouched();
  }

  @Test
  void norThroughOneThatIsThere() throws IOException {
    Files.createDirectories(target);
    Files.createSymbolicLink(target.resolve("way"), outside);
    directory("way/sub", 0700);
    assertThatThrownBy(this::unpack).hasMessageContaining("way is a symbolic link");
    assertNothingOutsideWasTouched();
  }

  @Test
  void aDirectoryReplacesALinkRatherThanChangingWhatItPointsTo() throws IOException {
    Files.createDirectories(target);
    Files.createSymbolicLink(target.resolve("way"), outside);
    directory("way", 0700);
    file("way/file", "inside");
    unpack();
    assertThat(target.resolve("way")).isDirectory();
    assertThat(Files.isSymbolicLink(target.resolve("way"))).isFalse();
    assertNothingOutsideWasTouched();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside/file", "way/file", "missing", "d"})
  void aHardLinkToWhatIsNotAFileOfTheDirectoryIsRefused(String to) throws IOException {
    directory("d", 0700);
    link("way", TarConstants.LF_SYMLINK, "../outside");
    link("linked", TarConstants.LF_LINK, to);
    assertThatThrownBy(this::unpack)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("refused");
    assertThat(Files.exists(target.resolve("linked"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertNothingOutsideWasTouched();
  }

  @Test
  void whoeverWritesTheArchiveTellsWhyItFailed() {
    assertThatThrownBy(
            () ->
                DirectoryUnpacking.unpack(
                    out -> {
                      throw new IOException("the agent is lost");
                    },
                    target))
        .hasMessage("the agent is lost");
  }
}
