package io.jenkins.plugins.dockerfilebuild.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a directory of a tree holds, and what a change of the tree touches. */
class TreeDirectoriesTest extends TreeDirectoriesFixture {

  private static final long LONG_AGO = 1_000_000_000_123_456_789L;

  @Test
  void aDirectoryHoldsExactlyTheTreeWithModesAndTimes() throws IOException {
    Files.createSymbolicLink(source.resolve("d/link"), Path.of("/nowhere"));
    SampleFiles.chmod(source.resolve("a"), 04751);
    SampleFiles.chmod(source.resolve("d"), 01777);
    SampleFiles.setModified(source.resolve("d/b"), LONG_AGO);
    SampleFiles.setModified(source.resolve("d"), LONG_AGO);
    Tree tree = sent();

    try (TreeDirectories.Lease lease = directories.acquire(tree)) {
      assertThat(onDisk(lease.path())).isEqualTo(tree);
      assertThat(SampleFiles.modified(lease.path().resolve("d/b"))).isEqualTo(LONG_AGO);
      assertThat(SampleFiles.modified(lease.path().resolve("d"))).isEqualTo(LONG_AGO);
      assertThat(SampleFiles.mode(lease.path().resolve("d"))).isEqualTo(01777);
      assertThat(SampleFiles.mode(lease.path())).isEqualTo(0755);
    }
  }

  @Test
  void aTreeThatIsAFileIsAFile() throws IOException {
    sent();
    Tree file = SampleFiles.context(source).tree("d/b");

    try (TreeDirectories.Lease lease = directories.acquire(file)) {
      assertThat(lease.path()).isRegularFile().hasContent("content of d/b");
    }
  }

  @Test
  void equalContentKeepsItsOwnModesAndTimes() throws IOException {
    SampleFiles.write(source, "x", "same");
    SampleFiles.chmod(SampleFiles.write(source, "y", "same"), 0755);
    SampleFiles.setModified(SampleFiles.write(source, "z", "same"), LONG_AGO);
    Tree tree = sent();

    try (TreeDirectories.Lease lease = directories.acquire(tree)) {
      assertHolds(lease, tree);
    }
  }

  @Test
  void aModeThatTheOwnerCannotReadIsKept() throws IOException {
    SampleFiles.chmod(SampleFiles.write(source, "secret", "x"), 0);
    Tree tree = sent();

    try (TreeDirectories.Lease lease = directories.acquire(tree)) {
      assertHolds(lease, tree);
      assertThat(store.open(Digest.of("x"))).hasContent("x");
    }
  }

  @Test
  void anUnchangedTreeTakesTheSameDirectoryAgain() throws IOException {
    Tree tree = sent();
    Path first;
    try (TreeDirectories.Lease lease = directories.acquire(tree)) {
      first = lease.path();
    }

    try (TreeDirectories.Lease lease = openDirectories().acquire(tree)) {
      assertThat(lease.path()).isEqualTo(first);
    }
  }

  @Test
  void aChangedFileIsReplacedAndTheOthersAreNotTouched() throws IOException {
    Path first;
    try (TreeDirectories.Lease lease = directories.acquire(sent())) {
      first = lease.path();
    }
    Object unchanged = inode(first.resolve("d/c"));
    Object changed = inode(first.resolve("d/b"));
    SampleFiles.write(source, "d/b", "changed");
    Files.delete(source.resolve("a"));
    SampleFiles.write(source, "new/deep/file", "x");
    Tree tree = sent();

    try (TreeDirectories.Lease lease = directories.acquire(tree)) {
      assertThat(lease.path()).isEqualTo(first);
      assertHolds(lease, tree);
      assertThat(inode(first.resolve("d/c"))).isEqualTo(unchanged);
      assertThat(inode(first.resolve("d/b"))).isNotEqualTo(changed);
    }
  }

  @Test
  void aDirectoryMayBecomeAFileOrALinkAndTheReverse() throws IOException {
    directories.acquire(sent()).close();
    RecursiveRemoval.remove(source.resolve("d"));
    SampleFiles.write(source, "d", "a file now");
    RecursiveRemoval.remove(source.resolve("e"));
    Files.createSymbolicLink(source.resolve("e"), Path.of("d"));
    Files.delete(source.resolve("a"));
    SampleFiles.write(source, "a/b/c", "a directory now");
    SampleFiles.write(source, "more/files", "x");
    Tree tree = sent();

    try (TreeDirectories.Lease lease = directories.acquire(tree)) {
      assertHolds(lease, tree);
    }
  }

  @Test
  void withoutTimesAChangedFileIsNewerThanWhatWasBuiltBeforeAndOthersKeepTheirTime()
      throws IOException {
    Tree before = Tree.decode(sent().encoded());
    long built;
    long unchanged;
    Path path;
    try (TreeDirectories.Lease lease = directories.acquire(before)) {
      path = lease.path();
      unchanged = SampleFiles.modified(path.resolve("a"));
      built = SampleFiles.modified(SampleFiles.write(temporary, "object", "x"));
    }
    SampleFiles.write(source, "d/b", "changed");

    try (TreeDirectories.Lease lease = directories.acquire(Tree.decode(sent().encoded()))) {
      assertThat(lease.path()).isEqualTo(path);
      assertThat(SampleFiles.modified(path.resolve("d/b"))).isGreaterThan(built);
      assertThat(SampleFiles.modified(path.resolve("a"))).isEqualTo(unchanged);
    }
  }

  @Test
  void otherTimesAreGivenToAnIdleDirectory() throws IOException {
    directories.acquire(sent()).close();
    SampleFiles.setModified(source.resolve("d/b"), LONG_AGO);
    SampleFiles.setModified(source.resolve("e/f"), LONG_AGO);
    Tree touched = sent();

    try (TreeDirectories.Lease lease = directories.acquire(touched)) {
      assertHolds(lease, touched);
    }
    assertThat(homes()).isEqualTo(1);
  }

  @Test
  void timesWithoutATreeOfTheirOwnDoNotMatter() throws IOException {
    Tree tree = Tree.decode(sent().encoded());
    Tree timed = tree.withTimes(ModificationTimes.of(LongStream.range(0, tree.entries().size())));

    directories.acquire(timed).close();
    try (TreeDirectories.Lease lease = directories.acquire(tree)) {
      assertThat(onDisk(lease.path())).isEqualTo(tree);
    }
    assertThat(homes()).isEqualTo(1);
  }
}
