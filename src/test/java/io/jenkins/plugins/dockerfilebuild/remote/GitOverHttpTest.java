package io.jenkins.plugins.dockerfilebuild.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.http.TestProxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ADD of git repositories over smart HTTP, with submodules, and within bounds. */
class GitOverHttpTest {

  private static final FetchLimits SMALL =
      new FetchLimits(1 << 20, Duration.ofSeconds(60), Duration.ofSeconds(60));

  @TempDir private Path directory;
  private GitServer main;
  private GitServer library;
  private GitHttpServer http;

  @BeforeEach
  void aRepositoryWithASubmodule() throws Exception {
    library = GitServer.serve(directory.resolve("served/library"));
    library.commit("code", "first");
    main = GitServer.serve(directory.resolve("served/main"));
    main.commit("file", "one");
    http = GitHttpServer.serve(directory.resolve("served"));
  }

  @AfterEach
  void stop() {
    http.close();
    main.close();
    library.close();
  }

  private RemoteContent fetch(String reference, FetchLimits limits) throws InterruptedException {
    return fetch(
        new RemoteSource.Git(
            http.url("main/.git"), reference, "", false, Optional.empty(), List.of()),
        limits);
  }

  private RemoteContent fetch(RemoteSource source, FetchLimits limits) throws InterruptedException {
    try (NetworkSources sources =
        new NetworkSources(directory.resolve("state"), Map.of(), limits)) {
      return sources.fetch(source);
    }
  }

  private static List<String> paths(RemoteContent content) {
    return content.tree().entries().stream().map(TreeEntry::path).toList();
  }

  @Test
  void branchesAndCommitsAreFetched() throws Exception {
    String first = main.git("rev-parse", "HEAD");
    RemoteContent before = fetch("main", FetchLimits.DEFAULT);
    assertThat(paths(before)).containsExactly("", "file");
    main.commit("file", "two");
    assertThat(fetch("", FetchLimits.DEFAULT)).isNotEqualTo(before);
    assertThat(fetch(first, FetchLimits.DEFAULT)).isEqualTo(before);
    assertThatThrownBy(() -> fetch("nope", FetchLimits.DEFAULT))
        .isInstanceOf(ContextException.class)
        .hasMessageContaining("no branch or tag \"nope\"");
  }

  @Test
  void aRepositoryComesThroughTheProxyOfTheEnvironment() throws Exception {
    int port = URI.create(http.url("")).getPort();
    try (TestProxy proxy = new TestProxy(Map.of("git.example:80", port), Optional.empty());
        NetworkSources sources =
            new NetworkSources(
                directory.resolve("state"),
                Map.of("HTTP_PROXY", "http://" + proxy.address()),
                FetchLimits.DEFAULT)) {
      RemoteSource source =
          new RemoteSource.Git(
              "http://git.example/main/.git", "main", "", false, Optional.empty(), List.of());

      assertThat(paths(sources.fetch(source))).containsExactly("", "file");
      assertThat(proxy.asked()).isNotEmpty();
    }
  }

  @Test
  void aKeptGitDirectoryHoldsNoPassword() throws Exception {
    String remote = http.url("main/.git").replace("http://", "http://user:hush@");
    main.git("submodule", "--quiet", "add", http.url("library/.git"), "library");
    main.git("config", "-f", ".gitmodules", "submodule.library.url", "../../library/.git");
    main.git("add", ".gitmodules");
    main.commit("file", "two");

    RemoteContent content =
        fetch(
            new RemoteSource.Git(remote, "main", "", true, Optional.empty(), List.of()),
            FetchLimits.DEFAULT);

    assertThat(paths(content)).contains(".git/config", "library/code");
    try (var files = Files.walk(directory.resolve("state"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("hush");
      }
    }
  }

  @Test
  void submodulesComeAtTheCommitThatTheRepositoryNames() throws Exception {
    main.git("submodule", "--quiet", "add", http.url("library/.git"), "libraries/one");
    main.commit("file", "two");
    library.commit("code", "second");

    RemoteContent content = fetch("main", FetchLimits.DEFAULT);

    assertThat(paths(content)).contains(".gitmodules", "libraries/one/code");
    TreeEntry code =
        content.tree().entries().stream()
            .filter(entry -> entry.path().endsWith("/code"))
            .findFirst()
            .orElseThrow();
    assertThat(code.size()).isEqualTo("first".length());
  }

  @Test
  void withoutSubmodulesTheRepositoryComesAloneBesideTheOneThatHasThem() throws Exception {
    main.git("submodule", "--quiet", "add", http.url("library/.git"), "libraries/one");
    main.commit("file", "two");
    RemoteSource alone =
        new RemoteSource.Git(
            http.url("main/.git"), "main", "", false, false, Optional.empty(), List.of());

    assertThat(paths(fetch("main", FetchLimits.DEFAULT))).contains("libraries/one/code");
    assertThat(paths(fetch(alone, FetchLimits.DEFAULT)))
        .contains(".gitmodules", "file")
        .doesNotContain("libraries/one/code");
    assertThat(paths(fetch("main", FetchLimits.DEFAULT))).contains("libraries/one/code");
  }

  @Test
  void aSubmoduleThatIsADirectoryOfThisMachineIsRefused() throws Exception {
    String local = directory.resolve("served/library").toString();
    main.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", local, "library");
    main.commit("file", "two");
    assertThatThrownBy(() -> fetch("main", FetchLimits.DEFAULT))
        .isInstanceOf(ContextException.class)
        .hasMessageContaining("transport 'file' not allowed");
  }

  @Test
  void aRepositoryBeyondTheLimitIsRefusedAndNothingOfItStays() throws Exception {
    byte[] bytes = new byte[2 << 20];
    new Random(1).nextBytes(bytes);
    Files.write(directory.resolve("served/main/large"), bytes);
    main.commit("file", "two");

    assertThatThrownBy(() -> fetch("main", SMALL))
        .isInstanceOf(ContextException.class)
        .hasMessageContaining("it is larger than 1048576 bytes");
    try (var left = Files.walk(directory.resolve("state"))) {
      assertThat(left.filter(path -> path.endsWith("large"))).isEmpty();
    }
    assertThat(paths(fetch("main", FetchLimits.DEFAULT))).contains("large");
  }
}
