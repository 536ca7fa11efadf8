package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cache directories as archives and back, by ourselves and by GNU tar, on real files. */
class ArchiveRoundTripTest {

  private static final ArchiveBounds BOUNDS = new ArchiveBounds(1L << 30, true);

  @TempDir private Path temporary;
  private Path content;
  private Replica replica;

  @BeforeEach
  void aDirectoryWithAllThatLinuxKeeps() throws Exception {
    content = Files.createDirectories(temporary.resolve("one/0"));
    replica = Replicas.at(content);
    write("bin/tool", 300_000);
    Files.setAttribute(content.resolve("bin/tool"), "unix:mode", 04755);
    write("owned", 10);
    Files.setAttribute(content.resolve("owned"), "unix:uid", 3_000_000);
    Files.setAttribute(content.resolve("owned"), "unix:gid", 4321);
    write("empty", 0);
    write("large", 1_500_000);
    Files.createDirectories(content.resolve("a/b/c"));
    Files.setAttribute(content.resolve("a/b"), "unix:mode", 01700);
    Files.createSymbolicLink(content.resolve("relative"), Path.of("bin/tool"));
    Files.createSymbolicLink(content.resolve("absolute"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(content.resolve("long"), Path.of("x/".repeat(90) + "y"));
    Files.createLink(content.resolve("a/before"), content.resolve("bin/tool"));
    write("n".repeat(255), 3);
    write("deep/" + "folder/".repeat(40) + "file", 4);
    write("grüße/ñ 日本", 6);
    shell("printf x > \"$(printf 'caf\\351')\"; ln -s \"$(printf '\\377')\" l");
    shell("mkdir -p d/" + "d".repeat(120) + "; printf y > \"d/" + "d".repeat(120) + "/\\377\"");
    try (RandomAccessFile sparse = new RandomAccessFile(content.resolve("sparse").toFile(), "rw")) {
      sparse.setLength(16 << 20);
      sparse.seek(8 << 20);
      sparse.write(1);
    }
    view("owned").write("origin", ByteBuffer.wrap(new byte[] {1, (byte) 0xff, '\n', '='}));
    FileTime precise = FileTime.from(Instant.ofEpochSecond(981_173_106, 123_456_789));
    Files.setLastModifiedTime(content.resolve("owned"), precise);
    Files.setLastModifiedTime(content.resolve("empty"), FileTime.from(Instant.ofEpochSecond(-7)));
    Replicas.publish(replica, 1);
  }

  @ParameterizedTest
  @EnumSource(ArchiveCompression.class)
  void whatIsExportedIsImportedAsItWas(ArchiveCompression compression) throws IOException {
    assertThat(imported(exported(compression))).isEqualTo(entries());
  }

  @Test
  void gnuTarUnpacksWhatIsExported() throws Exception {
    Files.write(temporary.resolve("out.tar"), exported(ArchiveCompression.NONE));
    Path copy = Files.createDirectories(temporary.resolve("copy/0"));
    run(copy, "tar", "--xattrs", "--numeric-owner", "-xpf", "../../out.tar");

    Replica other = Replicas.at(copy);
    assertThat(other.scan().manifest().entries()).isEqualTo(entries());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "posix"})
  void whatGnuTarPacksIsImportedAsItIs(String format) throws Exception {
    Path archive = temporary.resolve("in.tar");
    run(
        content,
        "tar",
        "--format=" + format,
        "--sparse",
        "-cf",
        archive.toString(),
        "--xattrs",
        ".");
    List<CacheEntry> packed = imported(Files.readAllBytes(archive));

    assertThat(packed)
        .extracting(CacheEntry::path)
        .isEqualTo(entries().stream().map(CacheEntry::path).toList());
    assertThat(packed)
        .extracting(entry -> comparable(entry, format))
        .isEqualTo(entries().stream().map(entry -> comparable(entry, format)).toList());
  }

  /** GNU's own format has neither parts of a second nor extended attributes. */
  private static List<Object> comparable(CacheEntry entry, String format) {
    boolean exact = format.equals("posix");
    long time = entry.modifiedNanos();
    return Arrays.asList(
        entry.type(),
        entry.mode(),
        entry.uid(),
        entry.gid(),
        exact ? time : Math.floorDiv(time, 1_000_000_000L),
        exact ? entry.attributes() : "",
        entry.target(),
        entry.chunks());
  }

  @Test
  void aSparseFileThatWasExportedIsSparseAgain() throws Exception {
    Replica other = Replicas.at(Files.createDirectories(temporary.resolve("other")).resolve("0"));
    try (CacheArchive archive =
        CacheArchive.read(
            new ByteArrayInputStream(exported(ArchiveCompression.ZSTD)), temporary, BOUNDS)) {
      BringUp bringUp = BringUp.plan(other, archive.manifest(), Kept.NOTHING, List.of());
      for (int at = 0; at < bringUp.lackingChunks(); at += 16) {
        List<Digest> some = bringUp.lacking(at, 16).stream().map(ChunkList.Chunk::digest).toList();
        bringUp.receive(archive.chunks(some, 8 << 20));
      }
      assertThat(bringUp.apply(1, 1)).isZero();
    }
    String blocks = run(temporary, "du", "-k", other.content().resolve("sparse").toString());
    assertThat(Long.parseLong(blocks.substring(0, blocks.indexOf('\t')))).isLessThan(1_024);
    assertThat(other.scan().manifest().entries()).isEqualTo(entries());
  }

  @Test
  void nothingIsLeftInTheTemporaryFolder() throws IOException {
    Path folder = temporary.resolve("t");
    byte[] archive = exported(ArchiveCompression.NONE);
    CacheArchive.read(new ByteArrayInputStream(archive), folder, BOUNDS).close();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  private List<CacheEntry> entries() throws IOException {
    return replica.manifest(replica.known()).orElseThrow().entries();
  }

  private List<CacheEntry> imported(byte[] packed) throws IOException {
    try (CacheArchive archive =
        CacheArchive.read(new ByteArrayInputStream(packed), temporary, BOUNDS)) {
      return archive.manifest().entries();
    }
  }

  private byte[] exported(ArchiveCompression compression) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArchiveWriter archive = new ArchiveWriter(out, compression)) {
      for (CacheEntry entry : entries()) {
        archive.begin(entry);
        if (entry.type() == CacheEntry.Type.FILE) {
          archive.content(Files.readAllBytes(FileNameBytes.resolve(content, entry.path())));
        }
        archive.end();
      }
    }
    return out.toByteArray();
  }

  private void write(String path, int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(path.hashCode()).nextBytes(bytes);
    Files.createDirectories(content.resolve(path).getParent());
    Files.write(content.resolve(path), bytes);
  }

  private UserDefinedFileAttributeView view(String path) {
    return Files.getFileAttributeView(content.resolve(path), UserDefinedFileAttributeView.class);
  }

  private void shell(String script) throws Exception {
    run(content, "/bin/sh", "-c", script);
  }

  private static String run(Path directory, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    try (InputStream out = process.getInputStream()) {
      String printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(printed).isZero();
      return printed;
    }
  }
}
