package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replicas that a crash, a step or a disk has damaged are found and repaired, never believed. */
class ReplicaRecoveryTest extends ReplicaFixture {

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
  void aReplicaWhoseManifestsAreGoneIsScannedBeforeItIsBroughtUp() throws IOException {
    write("folder/a", 1_000);
    write("goes", 1_000);
    Replicas.publish(one, 1);
    Replicas.bringUp(one, other);
    remove(notes(other).resolve("manifests"));
    assertThat(other.held()).as("the state says so still").isPresent();
    Files.delete(one.content().resolve("goes"));
    write("folder/b", 1_000);
    Replicas.publish(one, 2);

    Replicas.bringUp(one, other);

    assertThat(listing(other.content())).isEqualTo(listing(one.content()));
    assertThat(other.held()).map(Replica.Held::number).contains(2L);
  }

  @Test
  void aManifestWhoseFileWasCutShortIsNotedAgain() throws IOException {
    CacheManifest manifest = CacheManifest.of(List.of());
    Path folder = Files.createDirectories(notes(one));
    Path file = Files.createFile(folder.resolve(manifest.digest().hex()));

    new ManifestHistory(folder).add(manifest);

    assertThat(file).isNotEmptyFile();
  }

  @Test
  void whatAPowerFailureCutShortIsFoundAndComesFromAnother() throws IOException {
    write("folder/empty", 1_000);
    write("folder/sound", 1_000);
    Replicas.publish(one, 1);
    Replicas.bringUp(one, other);
    truncate(other.content().resolve("folder/empty"));
    noteBoot(other, ",\"boot\":\"another\"");

    Replica again = Replicas.at(other.content());
    again.doubtAfterRestart();
    assertThat(again.held()).isEmpty();
    Replicas.bringUp(one, again);

    assertThat(listing(other.content())).isEqualTo(listing(one.content()));
    assertThat(again.held()).map(Replica.Held::number).contains(1L);
  }

  @Test
  void aStateThatTellsNoBootIsDoubtedOnce() throws IOException {
    write("file", 1_000);
    Replicas.publish(one, 1);
    noteBoot(one, "");
    one.doubtAfterRestart();
    assertThat(one.held()).isEmpty();
    assertThat(one.origin()).map(Replica.Held::number).contains(1L);

    one.scan();
    one.doubtAfterRestart();
    assertThat(one.held()).map(Replica.Held::number).contains(1L);
  }

  private static Path notes(Replica replica) {
    return replica.content().resolveSibling(replica.content().getFileName() + ".replica");
  }

  /** As a file system may leave a file that was written shortly before: its name and no bytes. */
  private static void truncate(Path file) throws IOException {
    FileTime modified = Files.getLastModifiedTime(file);
    Files.write(file, new byte[0]);
    Files.setLastModifiedTime(file, modified);
  }

  private static void noteBoot(Replica replica, String boot) throws IOException {
    Path state = notes(replica).resolve("state.json");
    String now = Files.readString(state);
    Files.writeString(state, now.replaceFirst(",\"boot\":\"[^\"]*\"", boot));
  }
}
