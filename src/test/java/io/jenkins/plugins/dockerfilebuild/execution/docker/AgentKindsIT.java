package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.docker.KindsExample.Built;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RawApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of agent builds the same image: as root beside its engine, as a user who is not root,
 * on an engine that has other files, and in a container with the engine's socket.
 */
class AgentKindsIT {

  private static final Map<String, String> ALL_COLD =
      Map.of("locked", "COLD", "private", "COLD", "seeded", "COLD", "shared", "COLD");

  /** The seed is part of a cache's identity, and another argument makes another image. */
  private static final Map<String, String> WARM_BUT_FOR_THE_SEED =
      Map.of("locked", "WARM", "private", "WARM", "seeded", "COLD", "shared", "WARM");

  @TempDir static Path temporary;

  /** What the engine of another machine does not have. */
  private static Path here;

  private static TestEngine engine;
  private static KindsExample example;
  private static List<Map<String, String>> expected;

  /** The usual kind, which all others are compared with. */
  @BeforeAll
  static void build() throws Exception {
    Files.setAttribute(temporary, "unix:mode", 0755);
    here = Files.createDirectory(temporary.resolve("here"));
    engine = TestEngine.first();
    example = new KindsExample(here);
    Built built = example.run(usual("usual", "state-usual"));
    assertThat(built.storage().path("storage").asText()).isEqualTo("HOST_DIRECTORIES");
    assertThat(built.printed()).doesNotContain("mounts volumes");
    expected = KindsExample.layers(engine, built.imageId());
  }

  @AfterAll
  static void forget() {
    example = null;
  }

  private static List<String> usual(String kind, String state, String... more) throws Exception {
    List<String> words =
        KindsExample.joined(
            List.of("--agent=a=" + engine.host(), "--state=" + here.resolve(state)), more);
    return KindsExample.java(example.words(here, kind, words));
  }

  /** Builds with words that name agent and state. */
  @FunctionalInterface
  private interface Kind {
    Built build(String kind, String... more) throws Exception;
  }

  @Test
  void aUserWhoIsNotRoot() throws Exception {
    Path state = Files.createDirectory(here.resolve("state-user"));
    Files.setAttribute(state, "unix:uid", 65534);
    Object group = Files.getAttribute(Path.of(engine.host().substring(7)), "unix:gid");
    List<String> user = List.of("setpriv", "--reuid=65534", "--regid=65534", "--groups=" + group);
    List<String> agent = List.of("--agent=a=" + engine.host(), "--state=" + state);

    Kind asUser =
        (kind, more) -> {
          List<String> words = example.words(here, kind, KindsExample.joined(agent, more));
          return example.run(
              KindsExample.joined(user, KindsExample.java(words).toArray(String[]::new)));
        };

    Built built = buildsAsExpected(engine, "user", asUser);

    assertThat(built.storage().path("reason").asText())
        .isEqualTo("The agent's files do not belong to root in containers.");
    // Once more, on caches in which root and others left what this user may not read.
    Built again = asUser.build("user-again", KindsExample.cachesAlone(here).toArray(String[]::new));
    assertThat(again.caches()).isEqualTo(WARM_BUT_FOR_THE_SEED);
  }

  @Test
  void anEngineThatHasOtherFiles() throws Exception {
    Path far = Files.createDirectory(temporary.resolve("far"));
    try (PrivateEngine other = PrivateEngine.startFar(far, here)) {
      TestEngine there = TestEngine.at(other.host());
      List<String> agent =
          List.of("--agent=a=" + other.host(), "--state=" + here.resolve("state-far"));

      Kind onFar =
          (kind, more) ->
              example.run(
                  KindsExample.java(example.words(here, kind, KindsExample.joined(agent, more))));

      Built built = buildsAsExpected(there, "far", onFar);
      findsAgain(there, "far", onFar, built);

      assertThat(built.storage().path("reason").asText())
          .startsWith("The engine does not see the agent's files: ");
      cacheDirectoriesMove(other.host());
    }
  }

  /** From one kind to the other and back, by way of a vault. */
  private static void cacheDirectoriesMove(String far) throws Exception {
    String[] moved =
        KindsExample.joined(
                KindsExample.cachesAlone(here),
                "--cache-vault=" + here.resolve("vault"),
                "--namespace=moved")
            .toArray(String[]::new);
    example.run(usual("move-1", "state-move-1", moved));

    List<String> agent = List.of("--agent=a=" + far, "--state=" + here.resolve("state-far"));
    Built there =
        example.run(
            KindsExample.java(example.words(here, "move-2", KindsExample.joined(agent, moved))));

    assertThat(there.caches()).containsEntry("shared", "SYNCED").containsEntry("locked", "SYNCED");
    Built back = example.run(usual("move-3", "state-move-3", moved));
    assertThat(back.caches()).containsEntry("shared", "SYNCED");
    Path state = here.resolve("state-move-3");
    assertThat(count(state)).isEqualTo("x\nx\nx\n");
  }

  /** What the steps of all builds have appended, as the directory of the last has it. */
  private static String count(Path state) throws Exception {
    try (var files = Files.walk(state)) {
      Path unreadable =
          files.filter(file -> file.endsWith("d/unreadable")).findFirst().orElseThrow();
      assertThat(Files.getAttribute(unreadable, "unix:mode")).isEqualTo(0100600);
      assertThat(Files.getAttribute(unreadable.getParent(), "unix:uid")).isEqualTo(77);
      Path directory = unreadable.getParent().getParent();
      assertThat(directory.resolve("d/other")).hasSameTextualContentAs(directory.resolve("count"));
      assertThat(directory.resolve("gone-2")).doesNotExist();
      assertThat(directory.resolve("gone-4")).exists();
      return Files.readString(directory.resolve("count"));
    }
  }

  @Test
  void aContainerWithTheSocketOfItsEngine() throws Exception {
    Path at = Path.of("/example");
    List<String> agent = List.of("--agent=a=unix:///engine.sock", "--state=/state");
    String id = agentContainer(at);
    try {
      Built built =
          buildsAsExpected(
              engine,
              "inside",
              (kind, more) -> {
                List<String> words =
                    KindsExample.java(example.words(at, kind, KindsExample.joined(agent, more)));
                return example.run(
                    KindsExample.joined(
                        List.of("docker", "-H", engine.host(), "exec", id),
                        words.toArray(String[]::new)));
              });

      assertThat(built.storage().path("reason").asText()).contains("The engine");
    } finally {
      engine.engine().ask(d -> d.removeContainerCmd(id).withForce(true).exec());
    }
  }

  /** Busybox with this machine's Java: neither the state nor the example lie where they seem to. */
  private static String agentContainer(Path at) {
    HostConfig host =
        HostConfig.newHostConfig()
            .withNetworkMode("none")
            .withBinds(
                Bind.parse("/usr:/usr:ro"),
                Bind.parse("/lib:/lib:ro"),
                Bind.parse("/lib64:/lib64:ro"),
                Bind.parse("/etc:/etc:ro"),
                Bind.parse(System.getProperty("java.home") + ":" + System.getProperty("java.home")),
                Bind.parse(here + ":" + at),
                Bind.parse(engine.host().substring(7) + ":/engine.sock"));
    String id =
        engine
            .engine()
            .ask(
                d ->
                    d.createContainerCmd(TestEngine.BUSYBOX)
                        .withEntrypoint("/bin/busybox", "sleep", "600")
                        .withHostConfig(host)
                        .exec()
                        .getId());
    engine.engine().ask(d -> d.startContainerCmd(id).exec());
    return id;
  }

  /** Builds as the usual kind does. */
  private static Built buildsAsExpected(TestEngine on, String name, Kind kind) throws Exception {
    long begunSeconds = System.currentTimeMillis() / 1000;
    Built first = kind.build(name, "--no-cache");
    assertThat(first.executed()).hasSize(13);
    assertThat(first.storage().path("storage").asText()).isEqualTo("VOLUMES");
    assertThat(first.printed()).contains("a mounts volumes of its engine, not directories: ");
    assertThat(first.printed()).doesNotContain("never seen").doesNotContain("s3cr3t");
    assertThat(first.caches()).isEqualTo(ALL_COLD);
    assertThat(KindsExample.layers(on, first.imageId())).isEqualTo(expected);
    leavesNothing(on, begunSeconds);
    return first;
  }

  /** Finds all of it again, and runs again what a change concerns. */
  private static void findsAgain(TestEngine on, String name, Kind kind, Built first)
      throws Exception {
    long begunSeconds = System.currentTimeMillis() / 1000;
    Built second = kind.build(name);
    assertThat(second.executed()).isEmpty();
    assertThat(second.imageId()).isEqualTo(first.imageId());

    example.write("other/b.txt", "changed\n");
    try {
      assertThat(kind.build(name).executed()).containsExactly(KindsExample.LAST);
    } finally {
      example.write("other/b.txt", "b\n");
    }
    leavesNothing(on, begunSeconds);
  }

  /**
   * Containers and volumes of sessions are gone; what is kept is not counted, nor what agents that
   * other tests killed have left before.
   */
  private static void leavesNothing(TestEngine on, long begunSeconds) {
    assertThat(new RawApi(on.engine()).containers(StepLabels.SESSION))
        .filteredOn(container -> container.path("Created").asLong() >= begunSeconds)
        .isEmpty();
    assertThat(new RawApi(on.engine()).volumes(StepLabels.SESSION).path("Volumes"))
        .filteredOn(volume -> createdSeconds(volume) >= begunSeconds)
        .isEmpty();
  }

  private static long createdSeconds(JsonNode volume) {
    return OffsetDateTime.parse(volume.path("CreatedAt").asText()).toEpochSecond();
  }
}
