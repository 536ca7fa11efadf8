package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Directories that are new are put together beside their place, and there at once or not at all.
 */
class NewDirectoriesTest extends ReplicaFixture {

  @Test
  void nothingIsSeenOfAReplicaUntilAllOfItIsThere() throws IOException {
    write("a/b/file", 300_000);
    write("a/empty", 0);
    write("top", 10);
    Files.setAttribute(one.content().resolve("a/b"), "unix:mode", 02750);
    Files.setAttribute(one.content().resolve("a/b/file"), "unix:uid", 77);
    Files.setAttribute(one.content().resolve("a/b/file"), "unix:mode", 04755);
    Replica.Held version = Replicas.publish(one, 1);
    BringUp bringUp =
        BringUp.plan(
            other, one.manifest(version.manifest()).orElseThrow(), Kept.NOTHING, List.of());
    receive(bringUp, version.manifest());

    assertThat(other.exists()).isFalse();
    assertThat(bringUp.apply(1, 1_000)).isZero();

    assertThat(listing(other.content())).isEqualTo(listing(one.content()));
    assertThat(other.held()).map(Replica.Held::number).contains(1L);
    assertThat(other.staging()).doesNotExist();
    Replica.Scanned scanned = other.scan();
    assertThat(scanned.changed()).isFalse();
    assertThat(scanned.bytesRead()).as("files look as they did when they were made").isZero();
  }

  @Test
  void whatDidNotComeIsMissingInANewDirectoryAndNoHalfOfItIsThere() throws IOException {
    write("kept/file", 100);
    Replicas.publish(one, 1);
    Replicas.bringUp(one, other);
    write("new/deep/large", 700_000);
    write("new/deep/small", 100);
    Files.createLink(one.content().resolve("new/name"), one.content().resolve("kept/file"));
    Files.createLink(one.content().resolve("new/twice"), one.content().resolve("new/deep/small"));
    Replicas.publish(one, 2);
    // The end of it is gone when the other one asks.
    Path large = one.content().resolve("new/deep/large");
    byte[] bytes = Files.readAllBytes(large);
    bytes[699_999]++;
    Files.write(large, bytes);

    assertThat(Replicas.bringUp(one, other).missing()).isEqualTo(1);

    assertThat(listing(other.content()).keySet())
        .containsExactly(
            "", "kept", "kept/file", "new", "new/deep", "new/deep/small", "new/name", "new/twice");
    assertThat(inode("new/name")).isEqualTo(inode("kept/file"));
    assertThat(inode("new/twice")).isEqualTo(inode("new/deep/small"));
    assertThat(other.scan().bytesRead()).isZero();
  }

  private long inode(String path) throws IOException {
    return FileStat.of(other.content().resolve(path)).inode();
  }

  @Test
  void whatAKilledAttemptPutTogetherIsGivenUp() throws IOException {
    write("a/file", 1_000);
    Replica.Held version = Replicas.publish(one, 1);
    BringUp killed =
        BringUp.plan(
            other, one.manifest(version.manifest()).orElseThrow(), Kept.NOTHING, List.of());
    receive(killed, version.manifest());
    Files.delete(one.content().resolve("a/file"));
    write("b/file", 1_000);
    Replicas.publish(one, 2);

    Replicas.bringUp(one, Replicas.at(other.content()));

    assertThat(listing(other.content())).isEqualTo(listing(one.content()));
    assertThat(other.staging()).doesNotExist();
  }

  private void receive(BringUp bringUp, Digest manifest) throws IOException {
    List<Digest> chunks = bringUp.lacking(0, 1_000).stream().map(ChunkList.Chunk::digest).toList();
    bringUp.receive(ReplicaReader.open(one, manifest).read(chunks, 4 << 20));
  }
}
