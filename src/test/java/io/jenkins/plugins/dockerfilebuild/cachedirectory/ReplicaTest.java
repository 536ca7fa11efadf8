package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scanning directories, and bringing one to what another holds, on real files. */
class ReplicaTest {

  @TempDir private Path temporary;
  private final Random random = new Random(20261125);
  private Replica one;
  private Replica other;

  @BeforeEach
  void directories() throws IOException {
    one = Replicas.at(Files.createDirectories(temporary.resolve("one/0")));
    other = Replicas.at(Files.createDirectories(temporary.resolve("other")).resolve("0"));
  }

  @Test
  void everythingThatLinuxKeepsOfAFileSurvives() throws IOException {
    write("bin/tool", 300_000);
    Files.setAttribute(one.content().resolve("bin/tool"), "unix:mode", 04755);
    write("owned", 10);
    Files.setAttribute(one.content().resolve("owned"), "unix:uid", 1234);
    Files.setAttribute(one.content().resolve("owned"), "unix:gid", 4321);
    write("empty", 0);
    Files.createDirectories(one.content().resolve("a/b/c"));
    Files.setAttribute(one.content().resolve("a/b"), "unix:mode", 01700);
    Files.createSymbolicLink(one.content().resolve("relative"), Path.of("bin/tool"));
    Files.createSymbolicLink(one.content().resolve("absolute"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(one.content().resolve("a/up"), Path.of("../../../x"));
    Files.createLink(one.content().resolve("zz-hard"), one.content().resolve("bin/tool"));
    write("n".repeat(255), 3);
    write("Case", 4);
    write("case", 5);
    write("grüße/ñ 日本", 6);
    FileTime old = FileTime.from(Instant.ofEpochSecond(981_173_106, 123_456_789));
    Files.setLastModifiedTime(one.content().resolve("owned"), old);
    Files.setLastModifiedTime(one.content().resolve("a"), old);
    Replicas.publish(one, 1);

    assertThat(Replicas.bringUp(one, other).missing()).isZero();

    assertThat(listing(other.content())).isEqualTo(listing(one.content()));
    assertThat(Files.getAttribute(other.content().resolve("zz-hard"), "unix:nlink")).isEqualTo(2);
    assertThat(other.held()).map(Replica.Held::number).contains(1L);
  }

  @Test
  void namesThatAreNotUtf8Survive() throws IOException, InterruptedException {
    Process shell =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "printf x > \"$(printf 'caf\\351')\"; ln -s \"$(printf '\\377')\" l")
            .directory(one.content().toFile())
            .start();
    assertThat(shell.waitFor()).isZero();
    Replicas.publish(one, 1);
    assertThat(one.manifest(one.known()).orElseThrow().entries())
        .extracting(CacheEntry::path)
        .containsExactly("", "caf\u00e9", "l");

    Replicas.bringUp(one, other);

    Process list =
        new ProcessBuilder("/bin/sh", "-c", "ls | od -An -c; readlink l | od -An -c")
            .directory(other.content().toFile())
            .start();
    String printed =
        new String(
            list.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
    assertThat(printed).contains("351").contains("377");
  }

  @Test
  void extendedAttributesSurviveWhereTheFileSystemHasThem() throws IOException {
    write("file", 5);
    attributes(one.content().resolve("file")).write("origin", ByteBuffer.wrap(new byte[] {1, 2}));
    Replicas.publish(one, 1);
    Replicas.bringUp(one, other);

    ByteBuffer value = ByteBuffer.allocate(2);
    attributes(other.content().resolve("file")).read("origin", value);
    assertThat(value.array()).containsExactly(1, 2);
  }

  @Test
  void aSparseFileStaysSparse() throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(one.content().resolve("sparse").toFile(), "rw")) {
      file.setLength(64 << 20);
      file.seek(32 << 20);
      file.write(1);
    }
    Replicas.publish(one, 1);
    Replicas.Moved moved = Replicas.bringUp(one, other);

    assertThat(moved.packedBytes()).isLessThan(100_000);
    Path copy = other.content().resolve("sparse");
    assertThat(Files.mismatch(copy, one.content().resolve("sparse"))).isEqualTo(-1);
    Process du = new ProcessBuilder("du", "-k", copy.toString()).start();
    String blocks =
        new String(du.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
    assertThat(Long.parseLong(blocks.substring(0, blocks.indexOf('\t')))).isLessThan(4_096);
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
  void whatACrashedStepLeftIsGivenUp() throws IOException {
    write("a", 10);
    write("b", 20_000);
    Replicas.publish(one, 1);
    Replicas.bringUp(one, other);
    other.markInUse();
    Files.write(other.content().resolve("b"), bytes(7));
    Files.write(other.content().resolve("torn"), bytes(7));
    Files.delete(other.content().resolve("a"));

    Replica again = Replicas.at(other.content());
    assertThat(again.held()).isEmpty();
    Replicas.bringUp(one, again);

    assertThat(listing(other.content())).isEqualTo(listing(one.content()));
    assertThat(again.held()).map(Replica.Held::number).contains(1L);
  }

  @Test
  void anUpdateThatWasCutShortIsFoundAndFinished() throws IOException {
    for (int i = 0; i < 20; i++) {
      write("dir" + i % 3 + "/f" + i, 2_000);
    }
    Replicas.publish(one, 1);
    Replicas.bringUp(one, other);
    for (int i = 0; i < 20; i += 2) {
      write("dir" + i % 3 + "/f" + i, 3_000);
    }
    Replicas.publish(one, 2);
    // As a crash in the middle of an update leaves it: in use, and some files are new already.
    other.markInUse();
    Files.copy(
        one.content().resolve("dir0/f0"),
        other.content().resolve("dir0/f0"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.createDirectories(other.staging().resolve("0"));
    Files.write(other.staging().resolve("0/3"), bytes(99));

    Replicas.bringUp(one, Replicas.at(other.content()));

    assertThat(listing(other.content())).isEqualTo(listing(one.content()));
    assertThat(other.staging()).doesNotExist();
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
  void whatIsGoneEverywhereIsLeftOutAndTheRestComes() throws IOException {
    write("stays", 100);
    write("lost", 100);
    Replicas.publish(one, 1);
    Files.write(one.content().resolve("lost"), bytes(100));

    Replicas.Moved moved = Replicas.bringUp(one, other);

    assertThat(moved.missing()).isEqualTo(1);
    assertThat(other.content().resolve("stays")).exists();
    assertThat(other.content().resolve("lost")).doesNotExist();
    assertThat(other.held()).isEmpty();
  }

  @Test
  void aDamagedReplicaIsFoundAndRepaired() throws IOException {
    write("good", 1_000);
    write("bad", 1_000);
    Replicas.publish(one, 1);
    Replicas.bringUp(one, other);
    assertThat(other.verify()).isTrue();
    assertThat(other.held()).isPresent();
    Files.write(other.content().resolve("bad"), bytes(1_000));

    assertThat(other.verify()).isFalse();
    assertThat(other.held()).isEmpty();
    Replicas.bringUp(one, other);

    assertThat(listing(other.content())).isEqualTo(listing(one.content()));
    assertThat(other.verify()).isTrue();
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
  void socketsAndPipesStayWhereTheyAre() throws Exception {
    write("file", 1);
    new ProcessBuilder("mkfifo", one.content().resolve("pipe").toString()).start().waitFor();

    Replica.Scanned scanned = one.scan();

    assertThat(scanned.leftOut()).isEqualTo(1);
    assertThat(scanned.manifest().entries())
        .extracting(CacheEntry::path)
        .containsExactly("", "file");
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

  private static void remove(Path path) throws IOException {
    io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval.remove(path);
  }

  private void write(String path, int size) throws IOException {
    Path file = one.content().resolve(path);
    Files.createDirectories(file.getParent());
    if (Files.isSymbolicLink(file)) {
      Files.delete(file);
    }
    Files.write(file, bytes(size));
  }

  private byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Until what was written before is old enough to be believed. */
  private void awaitOldStamps() throws IOException {
    long now = System.currentTimeMillis();
    while (System.currentTimeMillis() < now + 100) {
      Files.exists(one.content());
    }
  }

  private static UserDefinedFileAttributeView attributes(Path file) {
    return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
  }

  private static long inode(Path path) throws IOException {
    return FileStat.of(path).inode();
  }

  /** All that is to survive: path → type, mode, owner, time, links, content. */
  private static Map<String, String> listing(Path root) throws IOException {
    Map<String, String> listing = new TreeMap<>();
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> all = Files.walk(root)) {
      all.forEach(paths::add);
    }
    for (Path path : paths) {
      FileStat stat = FileStat.of(path);
      String content = "";
      if (stat.isFile()) {
        content =
            io.jenkins.plugins.dockerfilebuild.content.Digest.of(Files.readAllBytes(path))
                .abbreviated();
      } else if (stat.isSymlink()) {
        content = Files.readSymbolicLink(path).toString();
      }
      String time = stat.isSymlink() ? "" : String.valueOf(stat.modifiedNanos());
      listing.put(
          root.relativize(path).toString(),
          "%o %d:%d %s %s".formatted(stat.mode(), stat.uid(), stat.gid(), time, content));
    }
    return listing;
  }
}
