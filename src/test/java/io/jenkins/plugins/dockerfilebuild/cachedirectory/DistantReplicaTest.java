package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas whose users see something else, here another directory of this disk. */
class DistantReplicaTest {

  @TempDir private Path temporary;
  private final Random random = new Random(20261125);
  private Path seen;
  private Telling telling;
  private Replica replica;

  /** Tells a directory as an engine tells a volume: names sorted, times to the second. */
  private static final class Telling implements DistantContent {

    private final Path root;
    private final List<Digest> told = new ArrayList<>();

    Telling(Path root) {
      this.root = root;
    }

    @Override
    public boolean tell(Listener listener) throws IOException {
      tell(root, "", listener, new HashMap<>());
      return true;
    }

    private void tell(Path file, String path, Listener listener, Map<Long, String> first)
        throws IOException {
      FileStat stat = FileStat.of(file);
      if (stat.isFile() && stat.links() > 1 && first.putIfAbsent(stat.inode(), path) != null) {
        listener.entry(
            CacheEntry.hardLink(path, first.get(stat.inode())), 0, InputStream.nullInputStream());
        return;
      }
      try (InputStream content =
          stat.isFile() ? Files.newInputStream(file) : InputStream.nullInputStream()) {
        listener.entry(header(file, path, stat), stat.isFile() ? stat.size() : 0, content);
      }
      if (stat.isDirectory()) {
        try (Stream<Path> children = Files.list(file)) {
          for (Path child : children.sorted(Comparator.comparing(Path::toString)).toList()) {
            String name = child.getFileName().toString();
            tell(child, path.isEmpty() ? name : path + "/" + name, listener, first);
          }
        }
      }
    }

    private static CacheEntry header(Path file, String path, FileStat stat) throws IOException {
      CacheEntry.Type type =
          stat.isDirectory()
              ? CacheEntry.Type.DIRECTORY
              : stat.isSymlink() ? CacheEntry.Type.SYMLINK : CacheEntry.Type.FILE;
      return new CacheEntry(
          path,
          type,
          stat.permissions(),
          stat.uid(),
          stat.gid(),
          Math.floorDiv(stat.modifiedNanos(), 1_000_000_000L) * 1_000_000_000L,
          CacheEntry.NO_ATTRIBUTES,
          stat.isSymlink() ? Files.readSymbolicLink(file).toString() : "",
          ChunkList.EMPTY);
    }

    @Override
    public void told(Digest manifest) {
      told.add(manifest);
    }
  }

  @BeforeEach
  void directories() throws IOException {
    seen = Files.createDirectories(temporary.resolve("seen"));
    telling = new Telling(seen);
    replica = new Replica(Files.createDirectories(temporary.resolve("copies/0")), telling);
  }

  @Test
  void theCopyHoldsBytesAndTheManifestTheRest() throws IOException {
    write("secret", 1000);
    Files.setAttribute(seen.resolve("secret"), "unix:mode", 0);
    Files.setAttribute(seen.resolve("secret"), "unix:uid", 1234);

    Replica.Scanned scanned = replica.scan();

    CacheEntry entry = scanned.manifest().entries().get(1);
    assertThat(entry.mode()).isZero();
    assertThat(entry.uid()).isEqualTo(1234);
    Path copy = replica.content().resolve("secret");
    assertThat(copy).hasSameBinaryContentAs(seen.resolve("secret"));
    assertThat(Files.getAttribute(copy, "unix:mode")).isNotEqualTo(0100000);
    assertThat(telling.told).containsExactly(scanned.manifest().digest());
  }

  @Test
  void whatDidNotChangeKeepsItsEntryToTheNanosecond() throws IOException {
    Replica origin = Replicas.at(Files.createDirectories(temporary.resolve("origin/0")));
    Files.write(origin.content().resolve("kept"), bytes(200_000));
    Files.write(origin.content().resolve("gone"), bytes(10));
    Replicas.publish(origin, 1);
    Replicas.bringUp(origin, replica);
    copyAll(origin.content(), seen);
    Files.delete(seen.resolve("gone"));
    write("new", 70_000);

    Replica.Scanned scanned = replica.scan();

    assertThat(scanned.manifest().entries())
        .extracting(CacheEntry::path)
        .containsExactly("", "kept", "new");
    CacheManifest before = origin.manifest(origin.known()).orElseThrow();
    assertThat(scanned.manifest().entries()).contains(before.entries().get(2));
    assertThat(replica.content().resolve("gone")).doesNotExist();
    assertThat(replica.verify()).isTrue();
  }

  @Test
  void aChangeAnywhereInAFileIsFound() throws IOException {
    write("early", 400_000);
    write("late", 400_000);
    write("same", 400_000);
    Digest before = replica.scan().manifest().digest();
    overwrite("early", 0);
    overwrite("late", 399_999);

    Replica.Scanned scanned = replica.scan();

    assertThat(scanned.manifest().digest()).isNotEqualTo(before);
    assertThat(replica.content().resolve("early")).hasSameBinaryContentAs(seen.resolve("early"));
    assertThat(replica.content().resolve("late")).hasSameBinaryContentAs(seen.resolve("late"));
    assertThat(replica.verify()).isTrue();
  }

  @Test
  void namesOfOneFileAreListedUnderTheFirstOfThem() throws IOException {
    // Told in the order of directories: d/file before d.link; a manifest has d.link first.
    write("d/file", 5000);
    Files.createLink(seen.resolve("d.link"), seen.resolve("d/file"));
    Files.createLink(seen.resolve("z"), seen.resolve("d/file"));

    CacheManifest manifest = replica.scan().manifest();

    assertThat(manifest.entries())
        .extracting(CacheEntry::path, CacheEntry::target)
        .contains(
            org.assertj.core.groups.Tuple.tuple("d.link", ""),
            org.assertj.core.groups.Tuple.tuple("d/file", "d.link"),
            org.assertj.core.groups.Tuple.tuple("z", "d.link"));
    assertThat(replica.scan().manifest().digest()).isEqualTo(manifest.digest());
    Files.delete(seen.resolve("d.link"));
    assertThat(replica.scan().manifest().entries())
        .extracting(CacheEntry::path)
        .containsExactly("", "d", "d/file", "z");
    assertThat(replica.content().resolve("z")).hasSameBinaryContentAs(seen.resolve("z"));
    assertThat(replica.verify()).isTrue();
  }

  @Test
  void randomChangesAreFollowed() throws IOException {
    for (int round = 0; round < 30; round++) {
      changeSomething();
      CacheManifest manifest = replica.scan().manifest();
      assertThat(replica.verify()).isTrue();
      assertThat(manifest.entries())
          .extracting(CacheEntry::path)
          .containsExactlyElementsOf(
              new DirectoryScan(seen, CacheManifest.EMPTY, ScanStamps.EMPTY)
                  .run().manifest().entries().stream().map(CacheEntry::path).toList());
    }
  }

  @Test
  void aCopyThatWasLeftInTheMiddleOfAChangeIsKnownToBeBroken() throws IOException {
    write("file", 100);
    replica.scan();
    assertThat(replica.isBroken()).isFalse();

    replica.beginUpdate();

    assertThat(new Replica(replica.content(), telling).isBroken()).isTrue();
  }

  @Test
  void aCopyOfWhichNobodyKnowsWhatItHoldsIsBroken() throws IOException {
    write("file", 100);
    replica.scan();
    RecursiveRemoval.remove(temporary.resolve("copies/0.replica/manifests"));

    assertThat(new Replica(replica.content(), telling).isBroken()).isTrue();
  }

  private void changeSomething() throws IOException {
    String name = "f" + random.nextInt(8);
    Path file = seen.resolve(random.nextBoolean() ? name : "d" + random.nextInt(3) + "/" + name);
    Files.createDirectories(file.getParent());
    switch (random.nextInt(4)) {
      case 0 -> Files.deleteIfExists(file);
      case 1 -> Files.write(file, bytes(random.nextInt(300_000)));
      case 2 -> {
        Files.deleteIfExists(file);
        Files.createSymbolicLink(file, Path.of("t" + random.nextInt(3)));
      }
      default -> link(file);
    }
  }

  private void link(Path file) throws IOException {
    try (Stream<Path> files = Files.walk(seen)) {
      List<Path> regular =
          files.filter(f -> Files.isRegularFile(f) && !f.equals(file)).sorted().toList();
      if (!regular.isEmpty()) {
        Files.deleteIfExists(file);
        Files.createLink(file, regular.get(random.nextInt(regular.size())));
      }
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private void write(String path, int length) throws IOException {
    Path file = seen.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes(length));
  }

  private void overwrite(String path, int position) throws IOException {
    byte[] bytes = Files.readAllBytes(seen.resolve(path));
    bytes[position]++;
    Files.write(seen.resolve(path), bytes);
  }

  private static void copyAll(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(
            file, to.resolve(file.getFileName()), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }
}
