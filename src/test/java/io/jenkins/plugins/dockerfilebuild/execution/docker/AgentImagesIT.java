package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException;
import io.jenkins.plugins.dockerfilebuild.execution.PullPolicy;
import io.jenkins.plugins.dockerfilebuild.execution.ReceivedImage;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageStore;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RawApi;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig.History;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of an agent: found, made from others, moved to another agent, saved. */
class AgentImagesIT {

  private static final ImageConfig CONFIG =
      new ImageConfig(
          AgentFixture.PLATFORM,
          List.of("PATH=/bin", "A=b c"),
          Optional.of(List.of("/bin/sh", "-c")),
          Optional.of(List.of("echo hello")),
          "nobody",
          "/srv",
          Map.of("org.example.label", "\"quoted\""),
          List.of("80/tcp"),
          List.of("/data"),
          Optional.of("SIGINT"),
          Optional.empty(),
          Optional.of(List.of("/bin/ash", "-c")),
          List.of("RUN true"),
          List.of(new History(1_700_000_000_000L, "RUN something", false)),
          "somebody");

  @TempDir Path directory;
  private AgentFixture here;
  private AgentFixture there;

  @BeforeEach
  void connect() {
    here = agent(TestEngine.first(), directory.resolve("here"));
    there = agent(TestEngine.second(), directory.resolve("there"));
  }

  /** How the tests reach the agent. */
  AgentFixture agent(TestEngine engine, Path directory) {
    return new AgentFixture(engine, directory);
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  @Test
  void anImageHasExactlyTheConfigurationItIsGiven() {
    String base = here.engine.busybox();
    String image = here.agent.assemble(Optional.of(base), CONFIG, List.of());

    assertThat(here.agent.describe(image).config())
        .usingRecursiveComparison()
        .ignoringFields("history")
        .isEqualTo(CONFIG);
    assertThat(here.agent.describe(image).layers()).isEqualTo(here.agent.describe(base).layers());
  }

  @Test
  void theSameLayersAndConfigurationAreTheSameImage() {
    Optional<String> base = Optional.of(here.engine.busybox());
    String image = here.agent.assemble(base, CONFIG, List.of("dockerfile-build/it:one"));

    assertThat(here.agent.assemble(base, CONFIG, List.of("dockerfile-build/it:two")))
        .isEqualTo(image);
    assertThat(resolved("dockerfile-build/it:one")).isEqualTo(image);
    assertThat(resolved("dockerfile-build/it:two")).isEqualTo(image);
  }

  @Test
  void anImageCanHaveNoLayers() {
    String image =
        here.agent.assemble(
            Optional.empty(), ImageConfig.scratch(AgentFixture.PLATFORM), List.of());

    assertThat(here.agent.describe(image).layers()).isEmpty();
  }

  @Test
  void anImageMovesWithoutTheLayersThatAreThere() throws IOException {
    String first = here.image(here.shell("head -c 300000 /dev/urandom > /a"));
    move(first, Set.of());
    String second = here.image(here.shell(first, "echo " + UUID.randomUUID() + " > /b"));
    var layers = here.agent.describe(second).layers();
    var held = there.agent.heldLayers(layers);
    assertThat(held).containsExactlyInAnyOrderElementsOf(layers.subList(0, 2));

    ReceivedImage moved = move(second, held);

    assertThat(moved.bytes()).isLessThan(100_000);
    assertThat(there.agent.holdsImage(moved.imageId())).isTrue();
    assertThat(there.lines(there.shell(moved.imageId(), "wc -c < /a"))).containsExactly("300000");
    assertThat(there.agent.inventory().values())
        .anySatisfy(result -> assertThat(result.imageId()).isEqualTo(moved.imageId()));
  }

  @Test
  void aPartOfAnImageHoldsWhatItsPathsNameAndNothingElse() throws IOException {
    String image =
        here.image(
            here.shell(
                "mkdir -p /s/q; chmod 2750 /s/q; echo one > /s/q/one; ln /s/q/one /s/q/two;"
                    + " chown 1000:1001 /s/q/one; chmod 4711 /s/q/one; ln -s q/one /s/link;"
                    + " ln -s /s /alias; mkfifo /s/q/pipe; head -c 1000000 /dev/urandom > /s/big"));
    List<String> paths = List.of("/alias/q", "/s/l*", "/s/link");

    String part = here.agent.partOf(image, paths, List.of(), 100).orElseThrow();
    ReceivedImage moved = move(part, Set.of());

    assertThat(moved.bytes()).isLessThan(100_000);
    assertThat(there.agent.digestOf(moved.imageId(), paths, List.of()))
        .isEqualTo(here.agent.digestOf(image, paths, List.of()));
    assertThatThrownBy(() -> there.agent.digestOf(part, List.of("/s/big"), List.of()))
        .isInstanceOf(SourceNotFoundException.class);
  }

  @Test
  void aPartIsNotMadeOfTooMuchNorWhereNobodyCanTellWhatItIs() {
    String image = here.image(here.shell("mkdir /d; head -c 1000 /dev/urandom > /d/f"));

    assertThat(here.agent.partOf(image, List.of("/d"), List.of(), 1000)).isPresent();
    assertThat(here.agent.partOf(image, List.of("/d"), List.of(), 999)).isEmpty();
    assertThat(here.agent.partOf(image, List.of("/d"), List.of("f"), 0)).isPresent();
    assertThat(here.agent.partOf(image, List.of("/"), List.of(), 1 << 30)).isEmpty();
    assertThat(here.agent.partOf(image, List.of("/*/f"), List.of(), 1000)).isEmpty();
    assertThatThrownBy(() -> here.agent.partOf(image, List.of("/none"), List.of(), 1000))
        .isInstanceOf(SourceNotFoundException.class)
        .hasMessageContaining("/none");
  }

  @Test
  void aBrokenArchiveIsRefused() {
    assertThatThrownBy(() -> there.agent.importImage(new ByteArrayInputStream(new byte[10_240])))
        .isInstanceOf(Exception.class);
  }

  @Test
  void anImageOfAnotherAgentComesWithoutItsNames() throws IOException {
    String name = "dockerfile-build/poisoned:1";
    String image = here.image(here.shell("echo " + UUID.randomUUID() + " > /a"));
    String named = here.agent.assemble(Optional.of(image), CONFIG, List.of(name));
    var archive = new ByteArrayOutputStream();
    here.agent.saveImage(named, List.of(name), archive);

    String taken = there.agent.importImage(new ByteArrayInputStream(archive.toByteArray()));

    assertThat(taken).isEqualTo(named);
    assertThat(
            there.agent.resolveImage(
                name, AgentFixture.PLATFORM, PullPolicy.NEVER, Optional.empty()))
        .isEmpty();
  }

  @Test
  void aSavedImageKeepsAllItsNames() throws IOException {
    List<String> tags = List.of("dockerfile-build/saved:a", "dockerfile-build/saved:b");
    String image = here.agent.assemble(Optional.of(here.engine.busybox()), CONFIG, tags);
    var archive = new ByteArrayOutputStream();
    here.agent.saveImage(image, tags, archive);

    SavedImage saved = SavedImage.of(archive.toByteArray());
    assertThat(saved.manifest().toString()).contains(tags);
    assertThat(saved.layers()).isNotEmpty();
  }

  @Test
  void anImageThatNobodyHasIsToldAsSuch() {
    String name = "127.0.0.1:1/no/such:image";

    assertThat(resolve(name, PullPolicy.NEVER)).isEmpty();
    assertThatThrownBy(() -> resolve(name, PullPolicy.IF_MISSING))
        .isInstanceOf(ImageUnavailableException.class)
        .hasMessageContaining(name);
  }

  @Test
  void aBaseImageIsFoundByNameAndById() {
    String id = here.engine.busybox();

    assertThat(resolved(TestEngine.BUSYBOX)).isEqualTo(id);
    assertThat(resolved(id)).isEqualTo(id);
  }

  private String resolved(String reference) {
    return resolve(reference, PullPolicy.NEVER).orElseThrow().imageId();
  }

  private Optional<ImageDescription> resolve(String reference, PullPolicy pull) {
    return here.agent.resolveImage(reference, AgentFixture.PLATFORM, pull, Optional.empty());
  }

  /** Moves an image from here to there. */
  private ReceivedImage move(
      String image, Set<io.jenkins.plugins.dockerfilebuild.content.Digest> held)
      throws IOException {
    var archive = new ByteArrayOutputStream();
    here.agent.exportImage(image, held, archive);
    String id = there.agent.importImage(new ByteArrayInputStream(archive.toByteArray()));
    if (ImageStore.of(new RawApi(there.engine.engine()).info()) != ImageStore.MANIFESTS) {
      assertThat(id).isEqualTo(image);
    }
    return new ReceivedImage(id, archive.size());
  }
}
