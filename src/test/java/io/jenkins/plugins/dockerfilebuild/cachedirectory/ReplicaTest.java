package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Scanning directories, and bringing one to what another holds: what is read, moves and is touched.
 */
class ReplicaTest extends ReplicaFixture {

  @Test
  void allNamesOfAFileShowWhatItHoldsNow() throws IOException {
    write("file", 100);
    Files.createLink(one.content().resolve("another-name"), one.content().resolve("file"));
    Files.createLink(one.content().resolve("z"), one.content().resolve("file"));
    Replicas.publish(one, 1);
    Replicas.bringUp(one, other);
    Files.writeString(one.content().resolve("file"), "changed in place");
    Replicas.publish(one, 2);

    assertThat(Replicas.bringUp(one, other).missing()).isZero();

    assertThat(other.content().resolve("file")).hasContent("changed in place");
    assertThat(other.content().resolve("another-name")).hasContent("changed in place");
    assertThat(Files.getAttribute(other.content().resolve("z"), "unix:nlink")).isEqualTo(3);
    assertThat(other.scan().changed()).isFalse();
  }

  @Test
  void onlyChunksThatDifferTravel() throws IOException {
    write("large", 5_000_000);
    write("same", 200_000);
    Replicas.publish(one, 1);
    Replicas.bringUp(one, other);
    long untouched = inode(other.content().resolve("same"));
    try (RandomAccessFile file =
        new RandomAccessFile(one.content().resolve("large").toFile(), "rw")) {
      file.seek(2_500_000);
      file.write(bytes(100));
    }
    Files.move(one.content().resolve("same"), one.content().resolve("moved"));
    Replicas.publish(one, 2);

    Replicas.Moved moved = Replicas.bringUp(one, other);

    assertThat(moved.lackingBytes()).isLessThan(3L * Chunker.MAX);
    assertThat(moved.reusedBytes()).isGreaterThan(4_500_000);
    assertThat(listing(other.content())).isEqualTo(listing(one.content()));
    assertThat(untouched).isPositive();
  }

  @Test
  void filesThatDidNotChangeAreNotTouched() throws IOException {
    write("kept", 50_000);
    write("changed", 10);
    Replicas.publish(one, 1);
    Replicas.bringUp(one, other);
    FileStat before = FileStat.of(other.content().resolve("kept"));
    write("changed", 20);
    Replicas.publish(one, 2);

    Replicas.bringUp(one, other);

    assertThat(FileStat.of(other.content().resolve("kept"))).isEqualTo(before);
    assertThat(listing(other.content())).isEqualTo(listing(one.content()));
  }

  @Test
  void aScanReadsOnlyWhatChangedAndFindsWhatKeptItsSizeAndTime() throws Exception {
    for (int i = 0; i < 50; i++) {
      write("f" + i, 1_000);
    }
    Replicas.publish(one, 1);
    awaitOldStamps();
    one.scan();
    Path file = one.content().resolve("f7");
    FileTime time = Files.getLastModifiedTime(file);
    Files.write(file, bytes(1_000));
    Files.setLastModifiedTime(file, time);

    Replica.Scanned scanned = one.scan();

    assertThat(scanned.bytesRead()).isEqualTo(1_000);
    assertThat(scanned.changed()).isTrue();
    assertThat(one.held()).isEmpty();
  }

  @Test
  void aScanThatFindsNothingNewLeavesTheVersionAsItIs() throws IOException {
    write("a", 10);
    Replicas.publish(one, 3);
    one.markInUse();
    assertThat(one.held()).isEmpty();

    assertThat(one.scan().changed()).isFalse();
    assertThat(one.held()).map(Replica.Held::number).contains(3L);
  }

  @Test
  void kindsMayChangeAtAPath() throws IOException {
    write("x/inner", 10);
    write("y", 10);
    Files.createSymbolicLink(one.content().resolve("z"), Path.of("y"));
    write("h1", 30);
    Files.createLink(one.content().resolve("h2"), one.content().resolve("h1"));
    Replicas.publish(one, 1);
    Replicas.bringUp(one, other);
    Files.delete(one.content().resolve("x/inner"));
    Files.delete(one.content().resolve("x"));
    write("x", 5);
    Files.delete(one.content().resolve("y"));
    write("y/inner", 6);
    Files.delete(one.content().resolve("z"));
    Files.createDirectory(one.content().resolve("z"));
    Files.delete(one.content().resolve("h1"));
    Replicas.publish(one, 2);

    Replicas.bringUp(one, other);

    assertThat(listing(other.content())).isEqualTo(listing(one.content()));
  }

  @Test
  void severalReadersOfPatchesDoNotDisturbOneAnother() throws Exception {
    List<Replica.Held> versions = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      write("f" + i, 1_000);
      versions.add(Replicas.publish(one, i));
    }
    var threads = java.util.concurrent.Executors.newFixedThreadPool(6);
    try {
      List<java.util.concurrent.Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        Replica.Held from = versions.get(i % 5);
        all.add(
            threads.submit(
                () ->
                    new PatchFiles(one)
                        .read(versions.get(5).manifest(), Optional.of(from.manifest()), 0, 1 << 20)
                        .size()));
      }
      for (var one : all) {
        assertThat(one.get()).isPositive();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void randomChangesArriveWhateverTheyAre() throws IOException {
    for (int version = 1; version <= 12; version++) {
      for (int i = 0; i < 25; i++) {
        change();
      }
      Replicas.publish(one, version);
      assertThat(Replicas.bringUp(one, other).missing()).isZero();
      assertThat(listing(other.content()))
          .as("version " + version)
          .isEqualTo(listing(one.content()));
    }
  }

  @Test
  void writersThatRacedAreUnited() throws IOException {
    write("common", 100);
    write("both", 100);
    write("goes", 100);
    Replicas.publish(one, 1);
    Replicas.bringUp(one, other);
    write("mine", 100);
    write("both", 111);
    Files.delete(one.content().resolve("goes"));
    Replicas.publish(one, 2);
    Files.write(other.content().resolve("yours"), bytes(100));
    Files.write(other.content().resolve("both"), bytes(122));
    Files.setLastModifiedTime(
        other.content().resolve("both"), FileTime.from(Instant.now().plusSeconds(60)));
    other.scan();

    Replicas.Moved merged = Replicas.merge(one, other);

    assertThat(merged.conflicts()).isEqualTo(1);
    assertThat(listing(other.content()).keySet())
        .containsExactly("", "both", "common", "mine", "yours");
    assertThat(Files.size(other.content().resolve("both"))).isEqualTo(122);
    assertThat(other.held()).map(Replica.Held::number).contains(3L);
  }

  @Test
  void aVersionThatOthersDidWithoutIsUnitedWithTheirsButNotWhatAKilledStepLeft()
      throws IOException {
    write("common", 100);
    write("goes", 100);
    Replicas.publish(one, 1);
    Replicas.bringUp(one, other);
    Files.write(other.content().resolve("yours"), bytes(100));
    Replicas.publish(other, 2);
    Files.write(other.content().resolve("torn"), bytes(100));
    other.markInUse();
    write("mine", 100);
    Files.delete(one.content().resolve("goes"));
    Replicas.publish(one, 3);

    Replicas.unite(one, other);

    // What only one has stays, also what the other has removed.
    assertThat(listing(other.content()).keySet())
        .containsExactly("", "common", "goes", "mine", "yours");
    Replica.Scanned scanned = other.scan();
    assertThat(scanned.base().number()).isEqualTo(3);
    assertThat(scanned.changed()).isTrue();

    // Killed before that was published, it is done again with all that there was.
    other.markInUse();
    write("later", 100);
    Replicas.publish(one, 4);
    Replicas.unite(one, other);
    assertThat(listing(other.content()).keySet())
        .containsExactly("", "common", "goes", "later", "mine", "yours");
  }

  private void change() throws IOException {
    String path = "d" + random.nextInt(4) + "/e" + random.nextInt(3) + "/f" + random.nextInt(8);
    Path file = one.content().resolve(path);
    switch (random.nextInt(6)) {
      case 0 -> remove(file);
      case 1 -> remove(file.getParent());
      case 2 -> {
        remove(file);
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, Path.of("f" + random.nextInt(8)));
      }
      case 3 -> {
        Path source = one.content().resolve("d0/e0/f0");
        if (Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS) && !file.equals(source)) {
          remove(file);
          Files.createDirectories(file.getParent());
          Files.createLink(file, source);
        }
      }
      case 4 -> {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.setAttribute(file, "unix:mode", 0600 + random.nextInt(0200));
        }
      }
      default -> write(path, random.nextInt(200_000));
    }
  }

  private static long inode(Path path) throws IOException {
    return FileStat.of(path).inode();
  }

  /** Until what was written before is old enough to be believed. */
  private void awaitOldStamps() throws IOException {
    long now = System.currentTimeMillis();
    while (System.currentTimeMillis() < now + 100) {
      Files.exists(one.content());
    }
  }
}
