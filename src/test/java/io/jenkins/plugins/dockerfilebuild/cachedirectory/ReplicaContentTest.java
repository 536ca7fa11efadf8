package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What of a directory survives the way to another agent. */
class ReplicaContentTest extends ReplicaFixture {

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

    assertThat(moved.packedBytes()).isLessThan(2 * Chunker.MAX + 1_000);
    Path copy = other.content().resolve("sparse");
    assertThat(Files.mismatch(copy, one.content().resolve("sparse"))).isEqualTo(-1);
    Process du = new ProcessBuilder("du", "-k", copy.toString()).start();
    String blocks =
        new String(du.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
    assertThat(Long.parseLong(blocks.substring(0, blocks.indexOf('\t')))).isLessThan(4_096);
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
}
