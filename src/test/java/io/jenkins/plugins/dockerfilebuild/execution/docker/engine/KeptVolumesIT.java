package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.AgentFixture;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent keeps in volumes of its engine, and what becomes of it. */
class KeptVolumesIT {

  private static final CacheKey KEY =
      new CacheKey("test", "kept", AgentFixture.PLATFORM, "", 0755, 0, 0);

  @TempDir Path state;
  private AgentFixture steps;

  @BeforeEach
  void connect() {
    steps = AgentFixture.withVolumes(TestEngine.first(), state);
  }

  @AfterEach
  void removeAll() {
    steps.agent.storage().prune(0, Duration.ZERO);
    steps.agent.cacheDirectories().prune(all -> true, OptionalLong.empty(), Duration.ZERO);
    List<String> left = volumes();
    steps.close();
    assertThat(left).isEmpty();
  }

  /** The names of the agent's volumes. */
  private List<String> volumes() {
    String owner = owner();
    List<String> names = new ArrayList<>();
    for (JsonNode volume :
        new RawApi(steps.engine.engine())
            .volumes(KeptVolumes.OWNER + "=" + owner)
            .path("Volumes")) {
      names.add(volume.path("Name").asText());
    }
    return names;
  }

  private String owner() {
    try (var files = java.nio.file.Files.walk(state)) {
      Path file = files.filter(f -> f.endsWith("volumes/agent")).findFirst().orElseThrow();
      return java.nio.file.Files.readString(file).strip();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aTreeIsFilledOnceAndAgainWhenItsVolumeIsGone() throws IOException {
    var bind = new MountRequest.ContextBind("/src", true, steps.tree(Map.of("a", "A")));
    steps.image(steps.shell("cat /src/a").withMounts(bind));
    List<String> first = volumes();
    steps.image(steps.shell("cat /src/a #2").withMounts(bind));
    assertThat(volumes()).isEqualTo(first).hasSize(1);

    Volumes.removeIfUnused(steps.engine.engine(), first.get(0));

    assertThat(steps.lines(steps.shell("cat /src/a #3").withMounts(bind))).contains("A");
    assertThat(volumes()).isEqualTo(first);
  }

  @Test
  void aCacheComesBackFromItsCopyWhenItsVolumeIsGone() throws IOException {
    use(
        "umask 077; mkdir /c/d; echo kept > /c/d/file; chown 5:6 /c/d/file; ln /c/d/file /c/d/link");
    Volumes.removeIfUnused(steps.engine.engine(), volumes().get(0));

    assertThat(use("cat /c/d/link; stat -c '%a %u %g %h' /c/d/file; stat -c %a /c/d"))
        .containsExactly("kept", "600 5 6 2", "700");
  }

  @Test
  void namesThatAreNoTextAndSocketsDoNoHarm() throws IOException {
    use("printf x > /c/$(printf 'caf\\351'); mkfifo /c/pipe; mkdir /c/gone; touch /c/gone/file");
    String listed = "printf '%s ' /c/* | od -An -c | tr -d ' \\n'; echo";
    assertThat(use("rm -r /c/gone; " + listed)).containsExactly("/c/caf351/c/pipe");

    Volumes.removeIfUnused(steps.engine.engine(), volumes().get(0));

    // A pipe is in no manifest.
    assertThat(use(listed)).containsExactly("/c/caf351");
  }

  @Test
  void volumesOfAnAgentThatIsGoneAreRemovedByOthers() throws IOException {
    var bind = new MountRequest.ContextBind("/src", true, steps.tree(Map.of("a", "A")));
    steps.image(steps.shell("cat /src/a").withMounts(bind));
    Engine engine = steps.engine.engine();
    KeptVolumes other = KeptVolumes.open(engine, state.resolve("other"));

    other.removeForeign(Instant.now().minusSeconds(600));
    assertThat(volumes()).hasSize(1);
    other.removeForeign(Instant.now().plusSeconds(60));

    assertThat(volumes()).isEmpty();
  }

  /** A step on the cache directory, as builds use it: brought up, run, scanned, published. */
  private List<String> use(String script) throws IOException {
    CacheReplicas replicas = steps.agent.cacheReplicas();
    CacheReplicas.Use use = replicas.open(KEY, CacheSharing.LOCKED, false);
    try {
      long version = use.held().map(CacheReplicas.HeldVersion::number).orElse(0L);
      var cache =
          new MountRequest.Cache(
              "/c",
              false,
              KEY,
              CacheSharing.LOCKED,
              "",
              Optional.empty(),
              Optional.of(use.handle()));
      List<String> lines = steps.lines(steps.shell(script).withMounts(cache));
      assertThat(replicas.scan(use.handle())).isPresent();
      replicas.adopt(use.handle(), version + 1, System.currentTimeMillis());
      return lines;
    } finally {
      replicas.close(use.handle());
    }
  }
}
