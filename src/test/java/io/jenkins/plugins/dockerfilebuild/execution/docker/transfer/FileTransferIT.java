package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.attributes;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.tar;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.text;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.to;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.withMode;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.withParents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.ContextSource;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.ImageSource;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.InlineSource;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.Transfer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ImageUsers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarReader;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/**
 * COPY of the context and ADD on a real engine. What is expected was seen with BuildKit of Docker
 * 20.10.24 on the same files.
 */
class FileTransferIT extends TransferOnEngine {

  @Test
  void aDirectoryCopiesItsContentsIntoANewDirectoryOfRoot() throws IOException {
    perform(to("/new/deep", directory()));

    assertThat(below("/new"))
        .containsExactly(
            "new d 755 0:0",
            "new/deep d 755 0:0",
            "new/deep/link l 0:0 sub/a",
            "new/deep/sub d 750 0:0",
            "new/deep/sub/a f 4711 0:0 A");
  }

  @Test
  void anExistingDestinationKeepsItsAttributesAndNestedDirectoriesTakeTheSources()
      throws IOException {
    given(
        tar -> {
          tar.directory("/dst", attributes(01777, 55, 66));
          tar.directory("/dst/sub", attributes(0777, 55, 66));
          text(tar, "/dst/sub/old", attributes(0600, 55, 66), "old");
        });

    perform(to("/dst", directory()));

    assertThat(below("/dst"))
        .containsExactly(
            "dst d 1777 55:66",
            "dst/link l 0:0 sub/a",
            "dst/sub d 750 0:0",
            "dst/sub/a f 4711 0:0 A",
            "dst/sub/old f 600 55:66 old");
  }

  @Test
  void aFileKeepsItsNameInADirectoryAndTakesThatOfTheDestinationElse() throws IOException {
    ContextSource file = fixture.context("src/f", fixture.file("", 0644, "F"));

    perform(to("/made/", file));
    perform(to("/renamed/g", file));
    perform(to("/tmp", file));

    assertThat(below("/made")).containsExactly("made d 755 0:0", "made/f f 644 0:0 F");
    assertThat(below("/renamed")).containsExactly("renamed d 755 0:0", "renamed/g f 644 0:0 F");
    assertThat(below("/tmp")).containsExactly("tmp d 1777 0:0", "tmp/f f 644 0:0 F");
  }

  @Test
  void linksInTheDestinationAreFollowedInsideTheContainer() throws IOException {
    given(
        tar -> {
          tar.symbolicLink("/to-tmp", attributes(0777, 0, 0), "../../tmp");
          tar.symbolicLink("/to-nothing", attributes(0777, 0, 0), "/etc/made");
        });
    ContextSource file = fixture.context("f", fixture.file("", 0644, "F"));

    perform(to("/to-tmp", file));
    perform(to("/to-nothing", file));
    perform(to("/to-tmp/new/", file));

    assertThat(below("/etc/made")).containsExactly("made f 644 0:0 F");
    assertThat(below("/tmp"))
        .containsExactly(
            "tmp d 1777 0:0", "tmp/f f 644 0:0 F", "tmp/new d 755 0:0", "tmp/new/f f 644 0:0 F");
    assertThat(files.stat("/to-tmp").orElseThrow().kind()).isEqualTo(ContainerFiles.Kind.SYMLINK);
  }

  @Test
  void chownAndChmodReachNewParentsAndFiles() throws IOException {
    Transfer transfer = withMode("u=rwX,go=rX", to("/a/b/", directory()));

    perform(transfer, Optional.of(new ImageUsers.Owner(1000, 50)));

    assertThat(below("/a"))
        .containsExactly(
            "a d 755 1000:50",
            "a/b d 755 1000:50",
            "a/b/link l 1000:50 sub/a",
            "a/b/sub d 755 1000:50",
            "a/b/sub/a f 755 1000:50 A");
  }

  @Test
  void anOctalChmodIsThatOfNewDirectoriesToo() throws IOException {
    byte[] archive = tar(tar -> text(tar, "/x", attributes(0644, 0, 0), "X"));
    ContextSource file = fixture.context("f", fixture.file("", 0644, "F"));

    perform(withMode("4711", to("/a/b/", file)));
    perform(withMode("700", to("/c/d", directory())));
    perform(withMode("700", to("/e/f", fixture.archive("a.tar", archive), file)));
    perform(withMode("700", to("/a/", file)));

    assertThat(below("/a"))
        .containsExactly("a d 711 0:0", "a/b d 711 0:0", "a/b/f f 4711 0:0 F", "a/f f 700 0:0 F");
    assertThat(below("/c"))
        .containsExactly(
            "c d 700 0:0",
            "c/d d 700 0:0",
            "c/d/link l 0:0 sub/a",
            "c/d/sub d 700 0:0",
            "c/d/sub/a f 700 0:0 A");
    assertThat(below("/e"))
        .containsExactly("e d 755 0:0", "e/f d 755 0:0", "e/f/f f 700 0:0 F", "e/f/x f 644 0:0 X");
  }

  /** As seen with BuildKit of Docker 28.5.2. */
  @Test
  void aNewDestinationHasTheTimeOfTheDirectoryThatIsCopiedLast() throws IOException {
    Instant then = Instant.parse("2001-02-03T04:05:06Z");
    TreeEntry root = TreeEntry.directory("", 0700);
    ContextSource old = fixture.directory("src", then, root, fixture.file("x", 0644, "X"));
    ContextSource file = fixture.context("f", fixture.file("", 0644, "F"));

    perform(to("/a/b", old));
    perform(withMode("700", to("/c/", file, old)));
    perform(to("/d/", old, file));

    assertThat(List.of(modified("/a"), modified("/a/b"), modified("/c"), modified("/d")))
        .containsExactly(TransferFixture.NOW, then, then, TransferFixture.NOW);
    assertThat(below("/c")).contains("c d 700 0:0");
  }

  private Instant modified(String path) throws IOException {
    try (TarReader archive = new TarReader(files.read(path))) {
      return archive.next().orElseThrow().getLastModifiedTime().toInstant();
    }
  }

  @Test
  void aFileInTheWayOfADirectoryIsRefusedAndNamed() throws IOException {
    given(tar -> text(tar, "/dst/sub", attributes(0644, 0, 0), "in the way"));

    assertThatThrownBy(() -> perform(to("/dst", directory())))
        .isInstanceOf(TransferException.class)
        .hasMessage("cannot copy a directory to /dst/sub: there is not a directory");
    assertThatThrownBy(() -> perform(to("/dst/sub", directory())))
        .isInstanceOf(TransferException.class)
        .hasMessage("cannot copy the directory src over the file /dst/sub");
    assertThatThrownBy(
            () -> perform(to("/dst/sub/", fixture.context("f", fixture.file("", 0644, "")))))
        .isInstanceOf(TransferException.class)
        .hasMessage("/dst/sub/ ends with a slash but is not a directory");
    assertThatThrownBy(() -> perform(to("/dst/sub/x", directory())))
        .isInstanceOf(TransferException.class)
        .hasMessage("/dst/sub/x: /dst/sub is not a directory");
  }

  @Test
  void aDirectoryInTheWayOfAFileIsRefusedAndNamed() throws IOException {
    given(tar -> tar.directory("/dst/link", attributes(0755, 0, 0)));

    assertThatThrownBy(() -> perform(to("/dst", directory())))
        .isInstanceOf(TransferException.class)
        .hasMessage("cannot copy a file to /dst/link: there is a directory");
  }

  @Test
  void aHereDocumentBecomesAFile() throws IOException {
    perform(to("/etc/app.conf", new InlineSource("EOF", Bytes.utf8("x=1\n"), 0644)));

    assertThat(below("/etc/app.conf")).containsExactly("app.conf f 644 0:0 x=1\n");
  }

  @Test
  void anArchiveIsUnpackedWithItsOwnersOverWhatIsThere() throws IOException {
    given(
        tar -> {
          tar.directory("/u", attributes(0700, 99, 99));
          tar.directory("/u/o", attributes(0700, 99, 99));
        });
    byte[] archive =
        tar(
            tar -> {
              tar.directory("/.", attributes(0711, 5, 5));
              tar.directory("/o", attributes(0711, 7, 8));
              text(tar, "/o/x", attributes(04755, 7, 8), "X");
              tar.hardLink("/o/y", attributes(04755, 7, 8), "/o/x");
              text(tar, "/implied/z", attributes(0644, 7, 8), "Z");
            });

    perform(to("/u", fixture.archive("a.tar", archive)));

    assertThat(below("/u"))
        .containsExactly(
            "u d 700 99:99",
            "u/implied d 755 0:0",
            "u/implied/z f 644 7:8 Z",
            "u/o d 711 7:8",
            "u/o/x f 4755 7:8 X",
            "u/o/y h u/o/x");
  }

  @Test
  void aZstdFileThatCannotBeUnpackedIsCopiedAsItIsAndTold() throws IOException {
    perform(to("/m/", fixture.archive("model.zst", TransferFixture.damagedZstd())));

    assertThat(below("/m").get(1)).startsWith("m/model.zst f 644 0:0 (");
    assertThat(notices)
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("model.zst is zstd that cannot be unpacked here (");
  }

  @Test
  void parentsOfTheContextAreMadeAsTheyAreAndStayAsTheyWere() throws IOException {
    given(
        tar -> {
          tar.directory("/dst", attributes(0700, 55, 66));
          tar.directory("/dst/a", attributes(0711, 55, 66));
          tar.directory("/dst/lib", attributes(0711, 55, 66));
        });
    ContextSource files =
        fixture.contextWithParents(
            "**/x",
            TreeEntry.directory("", 0755),
            TreeEntry.directory("a", 0750),
            TreeEntry.directory("a/b", 0750),
            fixture.file("a/b/x", 0644, "X"));
    ContextSource directory =
        fixture.contextWithParents(
            "lib", TreeEntry.directory("", 0755), TreeEntry.directory("lib", 0750));

    perform(withParents(to("/dst", files, directory)));
    perform(withParents(to("/new", files)));

    assertThat(below("/dst"))
        .containsExactly(
            "dst d 700 55:66",
            "dst/a d 711 55:66",
            "dst/a/b d 750 0:0",
            "dst/a/b/x f 644 0:0 X",
            "dst/lib d 750 0:0");
    assertThat(below("/new"))
        .containsExactly(
            "new d 755 0:0", "new/a d 750 0:0", "new/a/b d 750 0:0", "new/a/b/x f 644 0:0 X");
  }

  @Test
  void severalFilesForAFileOfTheImageAreToBeCopiedToADirectory() throws IOException {
    given(tar -> text(tar, "/old", attributes(0644, 0, 0), "old"));
    ContextSource f = fixture.context("f", fixture.file("", 0644, "F"));
    ContextSource g = fixture.context("g", fixture.file("", 0644, "G"));

    assertThatThrownBy(() -> perform(to("/old", f, g)))
        .isInstanceOf(TransferException.class)
        .hasMessageEndingWith("left: name a directory, for this is a file of the image");
  }

  @Test
  void severalFilesForOneNameAreRefused() {
    ContextSource f = fixture.context("f", fixture.file("", 0644, "F"));
    ContextSource g = fixture.context("g", fixture.file("", 0644, "G"));

    assertSeveralFilesAreRefused(to("/x", f, g));
  }

  @Test
  void severalFilesOfAnImageForOneNameAreRefused() {
    assertSeveralFilesAreRefused(
        to("/x", new ImageSource(testEngine.busybox(), List.of("/etc/*"), List.of())));
  }

  /** Once in a container: the first of the files may be there before the second is refused. */
  private void assertSeveralFilesAreRefused(Transfer transfer) {
    assertThatThrownBy(() -> perform(transfer))
        .isInstanceOf(TransferException.class)
        .hasMessage(
            "several files are copied to /x, which is no directory, so that only the last would be"
                + " left: end it with a slash to make it a directory");
  }

  private ContextSource directory() {
    return fixture.context(
        "src",
        TreeEntry.directory("", 0700),
        TreeEntry.symlink("link", "sub/a"),
        TreeEntry.directory("sub", 0750),
        fixture.file("sub/a", 04711, "A"));
  }
}
