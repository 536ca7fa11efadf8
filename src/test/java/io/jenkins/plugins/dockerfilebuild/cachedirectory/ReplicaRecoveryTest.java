package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
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
}
