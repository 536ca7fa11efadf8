package io.jenkins.plugins.dockerfilebuild.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * What is left of a change that was interrupted, or of blobs that are gone, is never handed out.
 */
class TreeDirectoryDamageTest extends TreeDirectoriesFixture {

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
}
