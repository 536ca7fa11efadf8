package io.jenkins.plugins.dockerfilebuild.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
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
import org.junit.jupiter.api.Test;

/** Who has which directory of a tree, and when it may go. */
class TreeDirectoryLeasesTest extends TreeDirectoriesFixture {

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
}
