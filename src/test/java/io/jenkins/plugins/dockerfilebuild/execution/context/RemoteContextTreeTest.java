package io.jenkins.plugins.dockerfilebuild.execution.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSources;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentLink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A build context behind a link, as the machine that plans the build sees it. */
final class RemoteContextTreeTest {

  private static final long SEED = 20261125;

  @TempDir private Path workspace;
  @TempDir private Path elsewhere;
  @TempDir private Path state;

  @Test
  void filesArriveAsTheyLieWhateverTheirSize() throws IOException {
    write("app/Dockerfile", "FROM scratch\n".getBytes(StandardCharsets.UTF_8));
    Random random = new Random(SEED);
    for (int size : new int[] {0, 1, 300, 256 << 10, (256 << 10) + 1, 4 << 20, (9 << 20) + 7}) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      write("app/data/" + size, bytes);
    }

    try (RemoteContextTree context = context("app", "")) {
      Tree tree = context.tree("data");

      assertThat(context.dockerfile().asUtf8()).isEqualTo("FROM scratch\n");
      assertThat(sizes(tree)).hasSize(7);
      for (TreeEntry entry : tree.entries()) {
        if (entry.content() != null) {
          try (InputStream content = context.open(entry.content())) {
            assertThat(content.readAllBytes())
                .isEqualTo(Files.readAllBytes(workspace.resolve("app/data/" + entry.path())));
          }
        }
      }
    }
  }

  @Test
  void whatIsIgnoredStaysWhereItIs() throws IOException {
    write("Dockerfile", new byte[0]);
    write("keep", new byte[1]);
    write("target/big", new byte[1]);
    write(".dockerignore", "target\n".getBytes(StandardCharsets.UTF_8));

    try (RemoteContextTree context = context("", "")) {
      assertThat(sizes(context.tree("."))).containsKey("keep").doesNotContainKey("target/big");
    }
  }

  /** Who may write a Jenkinsfile may not for that reason read the agent's disk. */
  @ParameterizedTest
  @CsvSource({"../other, ''", "link, ''", "'', ../other/Dockerfile", "'', link/Dockerfile"})
  void nothingOutsideTheWorkspaceIsRead(String context, String dockerfile) throws IOException {
    write("Dockerfile", new byte[0]);
    Files.writeString(elsewhere.resolve("Dockerfile"), "FROM scratch");
    Files.createSymbolicLink(workspace.resolve("link"), elsewhere);

    try (RemoteContextTree tree = context(context, dockerfile)) {
      assertThatThrownBy(tree::dockerfile)
          .isInstanceOf(ContextException.class)
          .hasMessageMatching(".* (is not inside|does not exist in) the workspace");
    }
  }

  /** As a further context of a build is. */
  @Test
  void aContextNeedsNoDockerfile() throws IOException {
    write("lib/a.h", "a".getBytes(StandardCharsets.UTF_8));
    write("lib/b.h", "b".getBytes(StandardCharsets.UTF_8));
    write("lib/.dockerignore", "a.h".getBytes(StandardCharsets.UTF_8));
    write("lib/Dockerfile.dockerignore", "b.h".getBytes(StandardCharsets.UTF_8));

    ContextEndpoint files =
        new ContextEndpoint(workspace, "lib", Optional.empty(), state, RemoteSources.NONE);
    try (RemoteContextTree tree = new RemoteContextTree(link(files::handle))) {
      assertThat(tree.resolve("*.h")).containsExactly("b.h");
      assertThatThrownBy(tree::dockerfile)
          .isInstanceOf(ContextException.class)
          .hasMessageContaining("has no Dockerfile");
    }
  }

  @Test
  void aMalformedIgnoreFileIsToldAsOne() throws IOException {
    write("Dockerfile", new byte[0]);
    write(".dockerignore", "!\n".getBytes(StandardCharsets.UTF_8));

    try (RemoteContextTree tree = context("", "")) {
      assertThatThrownBy(() -> tree.tree(".")).isInstanceOf(DockerfileException.class);
    }
  }

  @Test
  void anIgnoreFileThatIsADirectoryIsTold() throws IOException {
    write(".dockerignore/file", new byte[0]);

    assertThatThrownBy(
            () -> ContextDirectory.open(workspace, Optional.empty(), state.resolve("stat-cache")))
        .isInstanceOf(ContextException.class)
        .hasMessageContaining(".dockerignore");
  }

  @Test
  void anIgnoreFileBeyondReasonIsTold() throws IOException {
    write("Dockerfile", new byte[0]);
    write(".dockerignore", "#\n".repeat(9 << 20).getBytes(StandardCharsets.UTF_8));

    try (RemoteContextTree tree = context("", "")) {
      assertThatThrownBy(() -> tree.tree("."))
          .isInstanceOf(ContextException.class)
          .hasMessageContaining(".dockerignore has more than 16777216 bytes");
    }
  }

  @Test
  void damagedAnswersAreToldAsSuch() throws IOException {
    write("Dockerfile", new byte[0]);
    write("a/b", new byte[10]);
    Random random = new Random(SEED);
    for (int round = 0; round < 300; round++) {
      UnaryOperator<byte[]> endpoint = endpoint("", "")::handle;
      try (RemoteContextTree context =
          new RemoteContextTree(link(frame -> damaged(endpoint.apply(frame), random)))) {
        readWhatComes(context);
      }
    }
  }

  /** Damage that cannot be seen is the next one's to find: it checks digests. */
  private static void readWhatComes(RemoteContextTree context) {
    try {
      assertThat(context.tree(".").entries()).isNotNull();
    } catch (ContextException | DockerfileException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  @Test
  void nonsenseIsAnswered() {
    ContextEndpoint endpoint = endpoint("", "");
    Random random = new Random(SEED);
    for (int round = 0; round < 300; round++) {
      byte[] nonsense = new byte[1 + random.nextInt(40)];
      random.nextBytes(nonsense);

      assertThat(endpoint.handle(nonsense)).isNotEmpty();
    }
  }

  @Test
  void whatAddTakesFromANetworkIsFetchedWhereTheContextIs() throws Exception {
    write("Dockerfile", "FROM scratch\n".getBytes(StandardCharsets.UTF_8));
    byte[] large = new byte[(4 << 20) + 1];
    new Random(SEED).nextBytes(large);
    Files.write(elsewhere.resolve("large"), large);
    RemoteSource source =
        new RemoteSource.Git(
            "https://x/y.git", "v1", "", true, false, Optional.empty(), List.of("*.md"));
    ContextEndpoint endpoint =
        new ContextEndpoint(workspace, "", Optional.of(""), state, fetching(source));

    try (RemoteContextTree context = new RemoteContextTree(link(endpoint::handle))) {
      RemoteContent fetched = context.sources().fetch(source);
      Digest content = entry(fetched.tree(), "large").content();

      assertThat(fetched.identity()).isEqualTo(Digest.of("the commit"));
      try (InputStream file = context.sources().open(content).orElseThrow()) {
        assertThat(file.readAllBytes()).isEqualTo(large);
      }
      assertThat(context.sources().open(Digest.of("another"))).isEmpty();
    }
  }

  @Test
  void aDockerfileInSmallLettersIsTheContextsWhereThereIsNoOther() throws IOException {
    write("dockerfile", "FROM scratch\n".getBytes(StandardCharsets.UTF_8));

    try (RemoteContextTree tree = context("", "")) {
      assertThat(tree.dockerfile().asUtf8()).isEqualTo("FROM scratch\n");
    }
  }

  @Test
  void whyNothingWasFetchedIsToldWhereItWasAskedFor() throws IOException {
    write("Dockerfile", "FROM scratch\n".getBytes(StandardCharsets.UTF_8));
    try (RemoteContextTree context = context("", "")) {
      RemoteSource file = new RemoteSource.Download("http://x/f", "f", Optional.empty());

      assertThatThrownBy(() -> context.sources().fetch(file))
          .isInstanceOf(ContextException.class)
          .hasMessageContaining("http://x/f");
    }
  }

  /** A network that has one source, a directory of this machine. */
  private RemoteSources fetching(RemoteSource known) {
    DirectoryContext files =
        ContextDirectory.open(elsewhere, Optional.empty(), state.resolve("other"));
    return new RemoteSources() {
      @Override
      public RemoteContent fetch(RemoteSource source) {
        assertThat(source).isEqualTo(known);
        return new RemoteContent(files.tree(""), Digest.of("the commit"));
      }

      @Override
      public Optional<InputStream> open(Digest content) throws IOException {
        return content.equals(entry(files.tree(""), "large").content())
            ? Optional.of(files.open(content))
            : Optional.empty();
      }
    };
  }

  private static byte[] damaged(byte[] answer, Random random) {
    byte[] damaged = Arrays.copyOf(answer, random.nextInt(answer.length + 1));
    if (damaged.length > 0) {
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return damaged;
  }

  private static TreeEntry entry(Tree tree, String path) {
    return tree.entries().stream()
        .filter(entry -> entry.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Long> sizes(Tree tree) {
    return tree.entries().stream()
        .filter(entry -> entry.content() != null)
        .collect(Collectors.toMap(TreeEntry::path, TreeEntry::size));
  }

  private RemoteContextTree context(String context, String dockerfile) {
    return new RemoteContextTree(link(endpoint(context, dockerfile)::handle));
  }

  private ContextEndpoint endpoint(String context, String dockerfile) {
    return new ContextEndpoint(
        workspace, context, Optional.of(dockerfile), state, RemoteSources.NONE);
  }

  private static AgentLink link(UnaryOperator<byte[]> endpoint) {
    return new AgentLink() {
      @Override
      public CompletableFuture<byte[]> call(byte[] request) {
        return CompletableFuture.completedFuture(
            request.length == 0 ? request : endpoint.apply(request));
      }

      @Override
      public void close() {}
    };
  }

  private void write(String path, byte[] content) throws IOException {
    Path file = workspace.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }
}
