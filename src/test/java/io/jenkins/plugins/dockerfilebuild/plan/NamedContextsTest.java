package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.ContextFilter;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What names mean where the user says so, against BuildKit's rule: before stages and images. */
class NamedContextsTest {

  @TempDir private Path directory;
  @TempDir private Path other;
  private PlanFixture fixture;
  private DirectoryContext files;

  @BeforeEach
  void aContextOfFiles() throws IOException {
    fixture = new PlanFixture(directory).file("here", "of the build context");
    Files.createDirectory(other.resolve("lib"));
    Files.writeString(other.resolve("lib/a.h"), "a");
    Files.writeString(other.resolve("lib/b.h"), "b");
    files =
        DirectoryContext.open(
            new DirectoryContext.Settings(
                other,
                ContextFilter.EVERYTHING,
                patterns -> path -> !patterns.contains(path),
                directory.resolve("stat")));
    fixture.context("shared", new NamedContext.Files(files));
  }

  @AfterEach
  void close() {
    files.close();
  }

  private PlannedSource.Context source(String... lines) {
    return (PlannedSource.Context) fixture.step(lines).operation().takesFrom().findFirst().get();
  }

  @Test
  void copyTakesFilesOfADirectory() {
    PlannedSource.Context source = source("FROM scratch", "COPY --from=shared lib/*.h /x/");
    assertThat(source.path()).isEqualTo("lib/a.h");
    assertThat(source.unpack()).as("COPY never unpacks").isFalse();
    assertThat(source.tree().digest()).isEqualTo(files.tree("lib/a.h").digest());
  }

  @Test
  void copyLeavesOutWhatItIsToldTo() {
    assertThat(source("FROM scratch", "COPY --from=shared --exclude=a.h lib /x/").tree().digest())
        .isEqualTo(files.tree("lib", List.of(List.of("a.h"))).digest());
  }

  @Test
  void aMountShowsADirectory() {
    PlannedSource.Context source =
        source("FROM busybox", "RUN --mount=from=shared,source=/lib,target=/x true");
    assertThat(source.path()).isEqualTo("lib");
    assertThat(source.tree().digest()).isEqualTo(files.tree("lib").digest());
  }

  @Test
  void aKeyHoldsTheFilesAndNotTheName() {
    fixture.context("again", new NamedContext.Files(files));
    assertThat(fixture.key("FROM scratch", "COPY --from=shared lib/a.h /"))
        .isEqualTo(fixture.key("FROM scratch", "COPY --from=again lib/a.h /"))
        .isNotEqualTo(fixture.key("FROM scratch", "COPY --from=shared lib/b.h /"));
  }

  @Test
  void whatIsMissingIsToldWithTheContext() {
    assertThatThrownBy(() -> fixture.plan("FROM scratch", "COPY --from=shared lib/c.h /"))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("Dockerfile:2")
        .hasMessageContaining("\"lib/c.h\" not found in the build context \"shared\"")
        .hasMessageContaining("did you mean lib/a.h?");
  }

  @Test
  void anImageTakesThePlaceOfAnother() {
    fixture
        .image("mirror/busybox:2")
        .context("busybox", new NamedContext.Image("mirror/busybox:2"));
    for (String name : List.of("busybox", "busybox:latest", "docker.io/library/busybox")) {
      assertThat(base("FROM " + name, "RUN true")).as(name).isEqualTo("mirror/busybox:2");
    }
    assertThat(((Planning.NeedsImages) fixture.planning("FROM busybox:1")).images())
        .extracting(need -> need.image().name())
        .containsExactly("busybox:1");
  }

  private String base(String... lines) {
    return ((RootFilesystem.Base) fixture.step(lines).parent()).reference();
  }

  @Test
  void anImageTakesThePlaceOfAStage() {
    fixture.image("tools:1").context("tools", new NamedContext.Image("tools:1"));
    BuildPlan plan =
        fixture.plan(
            "FROM busybox AS tools",
            "RUN never",
            "FROM tools",
            "RUN begins with the image",
            "COPY --from=0 /a /",
            "COPY --from=Tools /b /");
    assertThat(plan.steps()).extracting(step -> step.place().text()).doesNotContain("RUN never");
    assertThat(((RootFilesystem.Base) plan.steps().get(0).parent()).reference())
        .isEqualTo("tools:1");
    assertThat(plan.steps().subList(1, 3))
        .extracting(step -> step.operation().takesFrom().findFirst().get())
        .extracting(source -> ((PlannedSource.Files) source).root())
        .extracting(root -> ((RootFilesystem.Base) root).reference())
        .containsOnly("tools:1");
  }

  @Test
  void scratchTakesThePlaceOfAStage() {
    fixture.context("tools", new NamedContext.Image("scratch"));
    assertThat(fixture.plan("FROM busybox AS tools", "RUN never", "FROM tools").steps()).isEmpty();
  }

  @Test
  void aDirectoryTakesThePlaceOfAStage() {
    assertThat(
            source(
                "FROM busybox AS shared",
                "RUN never",
                "FROM scratch",
                "COPY --from=shared /lib/a.h /"))
        .extracting(PlannedSource.Context::path)
        .isEqualTo("lib/a.h");
  }

  @Test
  void noStageStartsFromADirectory() {
    assertThatThrownBy(() -> fixture.plan("FROM shared"))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("Dockerfile:1")
        .hasMessageContaining("is a directory")
        .hasMessageContaining("COPY --from=shared . /");
  }

  @Test
  void noCacheBeginsWithADirectory() {
    assertThatThrownBy(
            () -> fixture.plan("FROM busybox", "RUN --mount=type=cache,from=shared,target=/c true"))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("a cache directory cannot begin with the build context \"shared\"");
  }

  @Test
  void aTargetThatIsReplacedIsRefused() {
    fixture.options(fixture.options().withTarget("shared"));
    assertThatThrownBy(() -> fixture.plan("FROM busybox AS shared"))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("is replaced by the build context of that name");
  }

  @Test
  void aNameNearTheOneOfAContextIsToldWithIt() {
    Planning.NeedsImages planning =
        (Planning.NeedsImages) fixture.planning("FROM scratch", "COPY --from=sharde / /");
    assertThat(planning.images().get(0).nearestStage()).contains("shared");
  }

  @Test
  void namesAreThoseOfImages() {
    assertThatThrownBy(() -> BuildContexts.requireNames(List.of("a b")))
        .hasMessage("invalid context name a b: invalid reference format");
    assertThatThrownBy(() -> BuildContexts.requireNames(List.of("scratch")))
        .hasMessageContaining("it means nothing else");
    assertThatThrownBy(() -> new BuildContexts(files, twice()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it is given twice");
  }

  private Map<String, NamedContext> twice() {
    NamedContext files = new NamedContext.Files(this.files);
    return Map.of("alpine", files, "docker.io/library/alpine:latest", files);
  }

  @Test
  void aValueIsADirectoryOrAnImage() {
    assertThat(NamedContext.image("../shared")).isEmpty();
    assertThat(NamedContext.image("docker-image://a/b:1@sha256:" + "0".repeat(64)))
        .contains(new NamedContext.Image("a/b:1@sha256:" + "0".repeat(64)));
    assertThatThrownBy(() -> NamedContext.image("docker-image://"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("invalid reference format");
    assertThatThrownBy(() -> NamedContext.image("https://example.com/x.git"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("only a directory or an image");
  }
}
