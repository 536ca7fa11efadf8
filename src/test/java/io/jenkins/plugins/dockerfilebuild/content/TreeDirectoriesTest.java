package io.jenkins.plugins.dockerfilebuild.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeDirectoriesTest {

  private static final long LONG_AGO = 1_000_000_000_123_456_789L;

  @TempDir Path temporary;
  private Path source;
  private ContentStore store;
  private TreeDirectories directories;

  @BeforeEach
  void open() throws IOException {
    source = Files.createDirectory(temporary.resolve("source"));
    store = ContentStore.open(temporary.resolve("store"));
    directories = openDirectories();
    for (String name : List.of("a", "d/b", "d/c", "e/f/g")) {
      SampleFiles.write(source, name, "content of " + name);
    }
  }

  private TreeDirectories openDirectories() throws IOException {
    return TreeDirectories.open(temporary.resolve("directories"), store, 2);
  }

  /** The source as it is now, its files in the store. */
  private Tree sent() throws IOException {
    DirectoryContext context = SampleFiles.context(source);
    Tree tree = context.tree(".");
    SampleFiles.send(context, tree, store);
    return tree;
  }

  private static Tree onDisk(Path directory) {
    return SampleFiles.context(directory).tree(".");
  }

  private void assertHolds(TreeDirectories.Lease lease, Tree tree) {
    assertThat(Tree.difference(onDisk(lease.path()), tree).summary()).isEqualTo("nothing changed");
    Tree actual = onDisk(lease.path());
    for (int i = 0; i < tree.entries().size(); i++) {
      // The times of symbolic links are not kept.
      if (tree.entries().get(i).type() != TreeEntry.Type.SYMLINK) {
        assertThat(actual.times().orElseThrow().nanos(i))
            .as(tree.entries().get(i).path())
            .isEqualTo(tree.times().orElseThrow().nanos(i));
      }
    }
  }

  private long homes() throws IOException {
    try (Stream<Path> homes = Files.list(temporary.resolve("directories"))) {
      return homes.count();
    }
  }

  private static Object inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }

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
  void aLeasedDirectoryIsNotChanged() throws IOException {
    Tree before = sent();
    try (TreeDirectories.Lease first = directories.acquire(before)) {
      SampleFiles.write(source, "a", "changed");
      Tree after = sent();
      try (TreeDirectories.Lease second = directories.acquire(after);
          TreeDirectories.Lease third = openDirectories().acquire(after)) {
        assertHolds(first, before);
        assertHolds(second, after);
        assertHolds(third, after);
        assertThat(List.of(first.path(), second.path(), third.path())).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void equalTreesShareADirectoryUntilTheLastLeaseEnds() throws IOException {
    Tree tree = sent();
    TreeDirectories.Lease first = directories.acquire(tree);
    TreeDirectories.Lease second = directories.acquire(tree);
    assertThat(second.path()).isEqualTo(first.path());

    first.close();
    first.close();
    SampleFiles.write(source, "a", "changed");
    try (TreeDirectories.Lease other = directories.acquire(sent())) {
      assertThat(other.path()).isNotEqualTo(second.path());
    }
    second.close();
  }

  @Test
  void manyThreadsThatAskAtOnceGetOneDirectory() throws Exception {
    Tree tree = sent();
    CyclicBarrier start = new CyclicBarrier(8);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<TreeDirectories.Lease>> leases = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        leases.add(
            threads.submit(
                () -> {
                  start.await();
                  return directories.acquire(tree);
                }));
      }
      for (Future<TreeDirectories.Lease> lease : leases) {
        assertHolds(lease.get(), tree);
      }
      assertThat(homes()).isEqualTo(1);
      for (Future<TreeDirectories.Lease> lease : leases) {
        lease.get().close();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void whatAnInterruptedChangeLeftIsRemovedAndNeverHandedOut() throws IOException {
    Tree tree = sent();
    Path left;
    try (TreeDirectories.Lease lease = directories.acquire(tree)) {
      left = lease.path();
    }
    // As a process leaves it that dies within a change.
    Files.delete(left.resolveSibling("state"));
    Files.delete(left.resolve("a"));

    try (TreeDirectories.Lease lease = openDirectories().acquire(tree)) {
      assertHolds(lease, tree);
      assertThat(lease.path()).isNotEqualTo(left);
    }
    assertThat(left).doesNotExist();
  }

  @Test
  void aStateThatIsBrokenIsAsAChangeThatWasInterrupted() throws IOException {
    Tree tree = sent();
    Path left;
    try (TreeDirectories.Lease lease = directories.acquire(tree)) {
      left = lease.path();
    }
    byte[] state = Files.readAllBytes(left.resolveSibling("state"));
    state[state.length / 2] ^= 1;
    Files.write(left.resolveSibling("state"), state);
    SampleFiles.write(source, "a", "changed");
    Tree after = sent();

    try (TreeDirectories.Lease lease = directories.acquire(after)) {
      assertHolds(lease, after);
    }
  }

  @Test
  void aBlobThatTheStoreLacksIsToldAndNothingIsBroken() throws IOException {
    Tree before = sent();
    directories.acquire(before).close();
    SampleFiles.write(source, "a", "never sent");
    Tree after = SampleFiles.context(source).tree(".");

    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> directories.acquire(after))
          .isInstanceOfSatisfying(
              ContentMissingException.class,
              e -> assertThat(e.digest()).isEqualTo(Digest.of("never sent")));
    }
    store.store(Digest.of("never sent"), "never sent".getBytes(UTF_8));
    try (TreeDirectories.Lease lease = directories.acquire(after)) {
      assertHolds(lease, after);
    }
    assertThat(homes()).isEqualTo(1);
  }

  @Test
  void aBlobThatWasCutShortIsMissing() throws IOException {
    Tree tree = sent();
    Digest content = Digest.of("content of a");
    Files.writeString(store.file(content), "cont");

    assertThatThrownBy(() -> directories.acquire(tree)).isInstanceOf(ContentMissingException.class);
    assertThat(store.contains(content)).isFalse();
    assertThat(homes()).isZero();
  }

  @Test
  void noMoreIdleDirectoriesAreKeptThanAllowed() throws IOException {
    for (int i = 0; i < 5; i++) {
      Path other = Files.createDirectory(temporary.resolve("other" + i));
      SampleFiles.write(other, "unlike" + i, "x" + i);
      DirectoryContext context = SampleFiles.context(other);
      Tree tree = context.tree(".");
      SampleFiles.send(context, tree, store);
      directories.acquire(tree).close();
    }

    assertThat(directories.prune(Duration.ofHours(1))).isZero();
    assertThat(homes()).isEqualTo(2);
    assertThat(directories.prune(Duration.ZERO)).isPositive();
    assertThat(homes()).isZero();
  }

  @Test
  void pruningSparesWhatIsLeased() throws IOException {
    Tree tree = sent();
    try (TreeDirectories.Lease lease = directories.acquire(tree)) {
      openDirectories().prune(Duration.ZERO);

      assertHolds(lease, tree);
    }
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

  /** Holds a lease until its input ends; prints the path. */
  static final class HoldLease {
    public static void main(String[] arguments) throws IOException {
      Path base = Path.of(arguments[0]);
      ContentStore store = ContentStore.open(base.resolve("store"));
      TreeDirectories directories = TreeDirectories.open(base.resolve("directories"), store, 2);
      Tree tree = SampleFiles.context(base.resolve("source")).tree(".");
      System.out.println(directories.acquire(tree).path());
      System.out.flush();
      System.in.read();
      Runtime.getRuntime().halt(1);
    }
  }

  @Test
  void anotherProcessKeepsItsDirectoryUntilItDies() throws Exception {
    Tree tree = sent();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HoldLease.class.getName(),
                temporary.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Path theirs = Path.of(Objects.requireNonNull(process.inputReader().readLine()));

    try (TreeDirectories.Lease ours = directories.acquire(tree)) {
      assertThat(ours.path()).isNotEqualTo(theirs);
      assertHolds(ours, tree);
      directories.prune(Duration.ZERO);
      assertThat(onDisk(theirs)).isEqualTo(tree);
    }
    directories.prune(Duration.ZERO);
    process.destroyForcibly();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();

    try (TreeDirectories.Lease lease = directories.acquire(tree)) {
      assertThat(lease.path()).isEqualTo(theirs);
    }
  }
}
