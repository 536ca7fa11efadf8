package io.jenkins.plugins.dockerfilebuild.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ADD of git repositories against git's own daemon on this machine. */
class GitCheckoutTest {

  @TempDir private Path directory;
  private GitServer server;
  private String first;
  private String second;

  @BeforeEach
  void aRepositoryOfTwoCommits() throws Exception {
    server = GitServer.serve(directory.resolve("repository"));
    Path program = directory.resolve("repository/sub/program");
    Files.createDirectories(program.getParent());
    Files.writeString(program, "#!");
    Files.setAttribute(program, "unix:mode", 0700);
    Files.createSymbolicLink(program.resolveSibling("link"), Path.of("/etc/passwd"));
    first = server.commit("sub/file", "one");
    server.git("-c", "user.name=t", "-c", "user.email=t@e", "tag", "-a", "v1", "-m", "x");
    second = server.commit("sub/file", "two");
    server.git("branch", "feature/x", first);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RemoteSource.Git source(String reference, String subdirectory) {
    return new RemoteSource.Git(
        server.url(), reference, subdirectory, false, Optional.empty(), List.of());
  }

  private RemoteContent fetch(RemoteSource source) throws InterruptedException {
    try (NetworkSources sources = NetworkSources.below(directory.resolve("state"), Map.of())) {
      return sources.fetch(source);
    }
  }

  private static Stream<String> paths(RemoteContent content) {
    return content.tree().entries().stream().map(TreeEntry::path);
  }

  @Test
  void branchesTagsAndCommitsNameWhatTheyHold() throws Exception {
    RemoteContent newest = fetch(source("", ""));
    RemoteContent old = fetch(source("v1", ""));
    assertThat(paths(newest)).containsExactly("", "sub", "sub/file", "sub/link", "sub/program");
    assertThat(old).isNotEqualTo(newest);
    assertThat(fetch(source("main", ""))).isEqualTo(newest);
    assertThat(fetch(source(second, ""))).isEqualTo(newest);
    assertThat(fetch(source("feature/x", ""))).isEqualTo(old);
    assertThat(fetch(source("refs/tags/v1", ""))).isEqualTo(old);
    assertThat(fetch(source(first, ""))).isEqualTo(old);
    assertThat(fetch(source(first.substring(0, 10), ""))).as("a short id").isEqualTo(old);
  }

  @Test
  void modesAreThoseOfGitWhateverTheUmask() throws Exception {
    RemoteContent sub = fetch(source("", "sub"));
    assertThat(paths(sub)).containsExactly("", "file", "link", "program");
    assertThat(sub.tree().entries()).extracting(TreeEntry::mode).startsWith(0755, 0644);
    assertThat(sub.tree().entries().get(3).mode()).isEqualTo(0755);
    assertThat(sub.tree().entries().get(2).type())
        .as("a link is not followed")
        .isEqualTo(TreeEntry.Type.SYMLINK);
  }

  @Test
  void aBranchIsLookedUpEachTimeAndACommitOnce() throws Exception {
    RemoteContent before = fetch(source("main", ""));
    String third = server.commit("sub/file", "three");
    RemoteContent after = fetch(source("main", ""));
    assertThat(after).isNotEqualTo(before);
    server.close();
    assertThat(fetch(source(third, ""))).as("without a server").isEqualTo(after);
  }

  @Test
  void withItsGitDirectoryACommitCountsByItsId() throws Exception {
    RemoteSource.Git kept =
        new RemoteSource.Git(server.url(), "v1", "", true, Optional.of(first), List.of("sub"));
    RemoteContent content = fetch(kept);
    assertThat(paths(content)).contains(".git", ".git/HEAD").doesNotContain("sub/file");
    assertThat(fetch(kept).identity()).isEqualTo(content.identity());
  }

  @Test
  void whatIsNotThereIsTold() {
    assertThatThrownBy(() -> fetch(source("nope", "")))
        .isInstanceOf(ContextException.class)
        .hasMessageContaining("no branch or tag \"nope\"");
    assertThatThrownBy(() -> fetch(source("", "nope"))).hasMessageContaining("nope does not exist");
    assertThatThrownBy(() -> fetch(source("", "sub/link"))).isInstanceOf(ContextException.class);
    assertThatThrownBy(() -> fetch(source("0".repeat(40), "")))
        .isInstanceOf(ContextException.class);
    RemoteSource.Git other =
        new RemoteSource.Git(server.url(), "v1", "", false, Optional.of(second), List.of());
    assertThatThrownBy(() -> fetch(other))
        .hasMessageContaining("expected checksum to match " + second + ", got " + first);
  }

  @Test
  void filesOfThisMachineAreNoRepositories() {
    RemoteSource.Git local =
        new RemoteSource.Git(
            directory.resolve("repository").toString(), "", "", false, Optional.empty(), List.of());
    assertThatThrownBy(() -> fetch(local)).hasMessageContaining("transport 'file' not allowed");
  }
}
