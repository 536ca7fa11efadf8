package io.jenkins.plugins.dockerfilebuild.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryContextTest {

  @TempDir Path temporary;
  private Path root;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("context"));
  }

  private Tree tree(String path) {
    return SampleFiles.context(root).tree(path);
  }

  private static List<String> paths(Tree tree) {
    return tree.entries().stream().map(TreeEntry::path).toList();
  }

  @Test
  void aTreeHoldsPathsTypesModesContentsAndLinkTargets() throws IOException {
    SampleFiles.chmod(SampleFiles.write(root, "src/run.sh", "echo"), 04750);
    SampleFiles.chmod(root.resolve("src"), 02755);
    Files.createSymbolicLink(root.resolve("src/link"), Path.of("../nowhere"));

    assertThat(tree("src").entries())
        .containsExactly(
            TreeEntry.directory("", 02755),
            TreeEntry.symlink("link", "../nowhere"),
            TreeEntry.file("run.sh", 04750, 4, Digest.of("echo")));
  }

  @Test
  void timeStampsDoNotCountAndModesDo() throws IOException {
    Path file = SampleFiles.write(root, "a", "x");
    SampleFiles.chmod(file, 0644);
    Digest before = tree(".").digest();

    SampleFiles.setModified(file, 1);
    assertThat(tree(".").digest()).isEqualTo(before);

    SampleFiles.chmod(file, 0664);
    assertThat(tree(".").digest()).isNotEqualTo(before);
  }

  @Test
  void theModeOfTheContextsRootDoesNotCount() throws IOException {
    SampleFiles.write(root, "a", "x");
    Digest before = tree("/").digest();
    SampleFiles.chmod(root, 0700);

    assertThat(tree("").digest()).isEqualTo(before);
  }

  @Test
  void timesOfTheSourceComeAlong() throws IOException {
    SampleFiles.setModified(SampleFiles.write(root, "a", "x"), 1_234_567_890_123_456_789L);

    Tree tree = tree(".");

    assertThat(tree.times().orElseThrow().nanos(paths(tree).indexOf("a")))
        .isEqualTo(1_234_567_890_123_456_789L);
  }

  @Test
  void aSingleFileIsATreeOfItsOwn() throws IOException {
    SampleFiles.chmod(SampleFiles.write(root, "d/a", "x"), 0640);

    Tree tree = tree("d/a");

    assertThat(tree.isFile()).isTrue();
    assertThat(tree.entries()).containsExactly(TreeEntry.file("", 0640, 1, Digest.of("x")));
  }

  @Test
  void onlyWhatIsSelectedIsListedAndRead() throws IOException {
    SampleFiles.write(root, "a/x", "x");
    SampleFiles.write(root, "b/y", "y");
    Set<String> asked = ConcurrentHashMap.newKeySet();
    DirectoryContext context =
        SampleFiles.context(root, path -> asked.add(path), temporary.resolve("c"), Duration.ZERO);

    context.tree("a");

    assertThat(asked).containsExactlyInAnyOrder("a", "b", "a/x");
    assertThatThrownBy(() -> context.open(Digest.of("y"))).isInstanceOf(ContextException.class);
  }

  @Test
  void anIgnoredDirectoryIsNotListed() throws IOException {
    SampleFiles.write(root, "node_modules/x", "x");
    SampleFiles.write(root, "a", "a");
    ContextFilter filter = SampleFiles.allBut(List.of("node_modules"));
    // Had it been listed, the name that is not UTF-8 would be an error.
    Files.createFile(badName(root.resolve("node_modules")));

    Tree tree = SampleFiles.context(root, filter, temporary.resolve("c"), Duration.ZERO).tree(".");

    assertThat(paths(tree)).containsExactly("", "a");
  }

  @Test
  void anIgnoredDirectoryIsThereForWhatIsLetInAgain() throws IOException {
    SampleFiles.write(root, "docs/guide/README.md", "x");
    SampleFiles.write(root, "docs/other/x", "x");
    SampleFiles.write(root, "empty/x", "x");
    DirectoryContext context =
        SampleFiles.context(
            root, path -> path.endsWith("README.md"), temporary.resolve("c"), Duration.ZERO);

    assertThat(paths(context.tree(".")))
        .containsExactly("", "docs", "docs/guide", "docs/guide/README.md");
    assertThat(context.resolve("*")).containsExactly("docs");
    assertThat(context.resolve("empty")).isEmpty();
    assertThatThrownBy(() -> context.tree("empty"))
        .isInstanceOf(ContextException.class)
        .hasMessageContaining("left out of the build context by .dockerignore");
  }

  @Test
  void excludesAreMatchedBelowTheSelectedDirectory() throws IOException {
    SampleFiles.write(root, "src/main/a", "a");
    SampleFiles.write(root, "src/test/b", "b");

    Tree tree = SampleFiles.context(root).tree("src", List.of(List.of("test")));

    assertThat(paths(tree)).containsExactly("", "main", "main/a");
  }

  @Test
  void whatOneOfSeveralListsLeavesOutIsLeftOut() throws IOException {
    SampleFiles.write(root, "a/x", "a");
    SampleFiles.write(root, "b/x", "b");
    SampleFiles.write(root, "b/y", "b");
    SampleFiles.write(root, "c", "c");

    Tree tree = SampleFiles.context(root).tree(".", List.of(List.of("a", "b/x"), List.of("c")));

    assertThat(paths(tree)).containsExactly("", "b", "b/y");
  }

  @Test
  void aMissingPathIsNamed() {
    assertThatThrownBy(() -> tree("src/missing"))
        .isInstanceOf(ContextException.class)
        .hasMessageContaining("src/missing does not exist in the build context");
  }

  @Test
  void aRootThatIsNoDirectoryIsAnError() throws IOException {
    Path file = SampleFiles.write(root, "a", "x");

    assertThatThrownBy(() -> SampleFiles.context(file))
        .isInstanceOf(ContextException.class)
        .hasMessageContaining("is not a directory");
  }

  @Test
  void aSelectedLinkIsFollowedInsideTheContext() throws IOException {
    SampleFiles.write(root, "real/deep/a", "x");
    Files.createDirectories(root.resolve("links"));
    Files.createSymbolicLink(root.resolve("links/relative"), Path.of("../real"));
    Files.createSymbolicLink(root.resolve("absolute"), Path.of("/real/deep"));

    assertThat(tree("links/relative")).isEqualTo(tree("real"));
    assertThat(tree("links/relative/deep")).isEqualTo(tree("real/deep"));
    assertThat(tree("absolute")).isEqualTo(tree("real/deep"));
  }

  @Test
  void aLinkThatLeavesTheContextIsAnErrorWhenSelectedAndOnlyThen() throws IOException {
    Files.createSymbolicLink(root.resolve("passwd"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(root.resolve("up"), Path.of("../outside"));
    SampleFiles.write(temporary, "outside/secret", "x");

    for (String link : List.of("passwd", "up", "up/secret")) {
      assertThatThrownBy(() -> tree(link))
          .isInstanceOf(ContextException.class)
          .hasMessageContaining("is a symbolic link to")
          .hasMessageContaining("outside of the build context");
    }
    assertThat(paths(tree("."))).containsExactly("", "passwd", "up");
  }

  @Test
  void aCircleOfLinksIsAnError() throws IOException {
    Files.createSymbolicLink(root.resolve("a"), Path.of("b"));
    Files.createSymbolicLink(root.resolve("b"), Path.of("a"));

    assertThatThrownBy(() -> tree("a"))
        .isInstanceOf(ContextException.class)
        .hasMessageContaining("too many symbolic links");
  }

  @Test
  void aPipeIsRefusedWhereAStepWouldSeeItAndASocketIsLeftOut() throws Exception {
    SampleFiles.write(root, "a/x", "x");
    Path pipe = Files.createDirectory(root.resolve("b")).resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(root.resolve("a/socket")));

      assertThat(paths(tree("a"))).containsExactly("", "x");
      assertThatThrownBy(() -> tree("."))
          .isInstanceOf(ContextException.class)
          .hasMessageContaining("b/pipe is a named pipe");
    }
  }

  @Test
  void aNameInUtf8Survives() throws IOException {
    SampleFiles.write(root, "caf\u00e9/\u65e5\u672c", "x");

    assertThat(paths(tree("caf\u00e9"))).containsExactly("", "\u65e5\u672c");
  }

  @Test
  void aNameThatIsNotUtf8IsRefusedByItsBytes() throws IOException {
    Files.createFile(badName(root));

    assertThatThrownBy(() -> tree("."))
        .isInstanceOf(ContextException.class)
        .hasMessageContaining("bad%FF is not UTF-8");
  }

  @Test
  void aNameThatIsNotUtf8DoesNoHarmWhereItIsLeftOut() throws IOException {
    SampleFiles.write(root, "d/a", "a");
    Files.createFile(badName(root.resolve("d")));
    DirectoryContext context =
        SampleFiles.context(
            root, path -> !path.startsWith("d/bad"), temporary.resolve("c"), Duration.ZERO);

    assertThat(paths(context.tree("."))).containsExactly("", "d", "d/a");
  }

  private static Path badName(Path directory) {
    return Path.of(java.net.URI.create("file://" + directory + "/bad%FF"));
  }

  @Test
  void wildcardsMatchWithinOneElementInByteOrder() throws IOException {
    for (String name : List.of("b.c", "a.c", "Z.c", "a.h", "sub/a.c", "sub/deep/a.c")) {
      SampleFiles.write(root, name, name);
    }
    DirectoryContext context = SampleFiles.context(root);

    assertThat(context.resolve("*.c")).containsExactly("Z.c", "a.c", "b.c");
    assertThat(context.resolve("/./[ab].?")).containsExactly("a.c", "a.h", "b.c");
    assertThat(context.resolve("s*/*.c")).containsExactly("sub/a.c");
    assertThat(context.resolve("*/*/*")).containsExactly("sub/deep/a.c");
    assertThat(context.resolve("../sub/../a.h")).containsExactly("a.h");
    assertThat(context.resolve("missing/*")).isEmpty();
    assertThat(context.resolve("missing")).isEmpty();
    assertThat(context.resolve(".")).containsExactly("");
  }

  @Test
  void aFileIsOpenedByItsDigestUnlessItHasChanged() throws IOException {
    Path file = SampleFiles.write(root, "a", "one");
    DirectoryContext context = SampleFiles.context(root);
    context.tree(".");

    assertThat(context.open(Digest.of("one")).readAllBytes())
        .isEqualTo("one".getBytes(StandardCharsets.UTF_8));

    SampleFiles.setModified(file, 1);
    assertThat(context.open(Digest.of("one"))).hasContent("one");

    Files.writeString(file, "two");
    assertThatThrownBy(() -> context.open(Digest.of("one")))
        .isInstanceOf(ContextException.class)
        .hasMessage("a changed during the build: build again");

    Files.delete(file);
    assertThatThrownBy(() -> context.open(Digest.of("one")))
        .isInstanceOf(ContextException.class)
        .hasMessage("a vanished during the build");
  }

  @Test
  void oneInstanceAnswersOneState() throws IOException {
    Path file = SampleFiles.write(root, "d/a", "one");
    DirectoryContext context = SampleFiles.context(root);
    Tree before = context.tree("d");
    Files.writeString(file, "two");

    assertThat(context.tree(".").entries())
        .contains(TreeEntry.file("d/a", 0644, 3, Digest.of("one")));
    assertThat(context.tree("d")).isEqualTo(before);
  }

  @Test
  void manyFilesInManyDirectoriesComeOutAsTheyAre() throws IOException {
    for (int i = 0; i < 1000; i++) {
      SampleFiles.write(root, "d%d/e%d/f%d".formatted(i % 7, i % 13, i), "content " + i);
    }

    Tree tree = tree(".");

    assertThat(tree.entries()).filteredOn(e -> e.type() == TreeEntry.Type.FILE).hasSize(1000);
    assertThat(tree.entries())
        .contains(TreeEntry.file("d5/e11/f999", 0644, 11, Digest.of("content 999")));
    assertThat(tree.digest()).isEqualTo(tree(".").digest());
  }
}
