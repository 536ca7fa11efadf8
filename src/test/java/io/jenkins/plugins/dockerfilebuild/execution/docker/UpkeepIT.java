package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.execution.AgentStorage;
import io.jenkins.plugins.dockerfilebuild.execution.AgentStorage.Kind;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.TreeReference;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.EngineImages;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.HostLock;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent keeps stays within its limits, and nothing goes that is used. */
class UpkeepIT {

  @TempDir Path directory;
  private PrivateEngine engine;
  private AgentFixture steps;

  @BeforeEach
  void startAnEngineThatNobodyElseUses() throws Exception {
    engine = PrivateEngine.start(Files.createDirectory(directory.resolve("engine")));
    steps = new AgentFixture(TestEngine.at(engine.host()), directory.resolve("state"));
  }

  @AfterEach
  void stop() throws Exception {
    steps.close();
    engine.close();
  }

  private String layer(String parent, int kilobytes) {
    return steps.image(
        steps
            .shell(
                parent, "head -c %d000 /dev/urandom > /%s".formatted(kilobytes, UUID.randomUUID()))
            .withNetwork("none"));
  }

  private boolean holds(String image) {
    return new EngineImages(steps.engine.engine()).holds(image);
  }

  private AgentStorage.Usage usage(Kind kind) {
    return steps.agent.storage().usage().stream()
        .filter(usage -> usage.kind() == kind)
        .findFirst()
        .orElseThrow();
  }

  /** Once no container is left: those of steps that ended are removed a little later. */
  private AgentStorage.Usage prune(long keepBytes) throws InterruptedException {
    for (int i = 0; i < 600 && !steps.stepContainers().isEmpty(); i++) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(steps.stepContainers()).isEmpty();
    return steps.agent.storage().prune(keepBytes, Duration.ZERO).get(0);
  }

  /** Makes an image one that was not used for a long time; nothing is known of new ones. */
  private void longUnused(String image) throws Exception {
    steps.agent.holdsImage(image);
    Path file = LiveFiles.first(directory.resolve("state"), f -> f.endsWith(image.substring(7)));
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
  }

  @Test
  void resultsOfOldBuildsGoAndTheFinalImageKeepsItsLayers() throws Exception {
    String below = layer(steps.engine.busybox(), 100);
    String top = layer(below, 200);
    String image =
        steps.agent.assemble(
            Optional.of(top),
            steps.agent.describe(steps.engine.busybox()).config(),
            List.of("kept/app:1"));
    assertThat(usage(Kind.STEP_RESULTS).count()).isEqualTo(2);
    assertThat(usage(Kind.STEP_RESULTS).bytes()).isBetween(300_000L, 400_000L);

    AgentStorage.Usage removed = prune(0);

    assertThat(removed.count()).isEqualTo(2);
    assertThat(removed.bytes()).isBetween(300_000L, 400_000L);
    assertThat(steps.agent.inventory()).isEmpty();
    assertThat(holds(image)).isTrue();
    assertThat(steps.lines(steps.shell(image, "ls / | wc -l").withNetwork("none"))).isNotEmpty();
  }

  @Test
  void theLongestUnusedGoesFirstAndAResultKeepsWhatItIsMadeOf() throws Exception {
    String base = layer(steps.engine.busybox(), 300);
    String used = layer(base, 300);
    String unused = layer(base, 300);
    longUnused(base);
    longUnused(unused);

    prune(700_000);

    assertThat(holds(unused)).isFalse();
    assertThat(holds(used)).isTrue();
    assertThat(holds(base)).as("the result that is used is made of it").isTrue();
  }

  @Test
  void whatWasUsedLatelyStaysWhateverTheLimit() {
    String image = layer(steps.engine.busybox(), 10);
    assertThat(steps.agent.storage().prune(0, Upkeep.BUSY).get(0).count()).isZero();
    assertThat(holds(image)).isTrue();
  }

  @Test
  void anImageWithANameAndOneThatRunsAreLeftAlone() throws Exception {
    String named = layer(steps.engine.busybox(), 10);
    steps.engine.engine().ask(d -> named(d, named));
    String parent = layer(steps.engine.busybox(), 10);
    CountDownLatch begun = new CountDownLatch(1);
    var request = steps.shell(parent, "echo begun; sleep 1000").withNetwork("none").request();
    FutureTask<StepOutcome> running =
        new FutureTask<>(() -> steps.agent.run(request, (line, error) -> begun.countDown()));
    Thread thread = new Thread(running);
    thread.start();
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

    steps.agent.storage().prune(0, Duration.ZERO);

    assertThat(holds(named)).isTrue();
    assertThat(holds(parent)).isTrue();
    thread.interrupt();
    assertThat(running.get(30, TimeUnit.SECONDS)).isInstanceOf(StepOutcome.Canceled.class);
  }

  private static boolean named(DockerClient docker, String image) {
    docker.tagImageCmd(image, "somebodys/image", "1").exec();
    return true;
  }

  @Test
  void imagesThatOnlyServedStepsGoWithThem() throws Exception {
    String parent =
        steps.agent.assemble(
            Optional.of(steps.engine.busybox()),
            withVolume(steps.agent.describe(steps.engine.busybox()).config()),
            List.of("kept/parent:1"));
    // Needs a twin without the volume, and the directory of WORKDIR below it.
    steps.image(steps.shell(parent, "true").in("/somewhere", "nobody").withNetwork("none"));
    long before = images();

    prune(0);

    assertThat(before - images()).isEqualTo(3);
  }

  private long images() {
    return steps.engine.engine().ask(d -> d.listImagesCmd().withShowAll(true).exec()).size();
  }

  private static ImageConfig withVolume(ImageConfig config) {
    return new ImageConfig(
        config.platform(),
        config.environment(),
        config.entrypoint(),
        config.command(),
        config.user(),
        config.workingDirectory(),
        config.labels(),
        config.exposedPorts(),
        List.of("/data"),
        config.stopSignal(),
        config.healthCheck(),
        config.shell(),
        config.onBuild(),
        config.history(),
        config.author());
  }

  @Test
  void filesOfTheContextThatAStepMountsSurviveTheirRemovalFromTheStore() throws Exception {
    TreeReference tree = steps.tree(Map.of("file", "content"));
    CountDownLatch begun = new CountDownLatch(1);
    var request =
        steps
            .shell("echo begun; while ! test -e /go/on; do sleep 0.1; done; cat /src/file")
            .withNetwork("none")
            .withMounts(
                new MountRequest.ContextBind("/src", true, tree),
                new MountRequest.Cache(
                    "/go",
                    false,
                    new CacheKey("n", "go", AgentFixture.PLATFORM, "", 0755, 0, 0),
                    CacheSharing.SHARED,
                    "",
                    Optional.empty(),
                    Optional.empty()))
            .request();
    List<String> lines = new CopyOnWriteArrayList<>();
    FutureTask<StepOutcome> running =
        new FutureTask<>(
            () ->
                steps.agent.run(
                    request,
                    (line, error) -> {
                      lines.add(line);
                      begun.countDown();
                    }));
    new Thread(running).start();
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

    steps.agent.storage().prune(0, Duration.ZERO);
    assertThat(usage(Kind.CONTEXT_FILES).count()).isZero();
    letGo();

    assertThat(running.get(60, TimeUnit.SECONDS)).isInstanceOf(StepOutcome.Succeeded.class);
    assertThat(lines).containsExactly("begun", "content");
  }

  private void letGo() throws Exception {
    Path content =
        LiveFiles.first(
            directory.resolve("state"), f -> f.endsWith("0") && f.toString().contains("/cache/"));
    Files.createFile(content.resolve("on"));
  }

  @Test
  void upkeepRunsOnceAnHourInOneProcess() throws Exception {
    Path state = Files.createDirectory(directory.resolve("upkeep-state"));
    Instant[] now = {Instant.now()};
    InstantSource clock = () -> now[0];
    StorageLimits limits = new StorageLimits(1000, Duration.ofDays(14));
    String image = layer(steps.engine.busybox(), 10);
    try (Upkeep upkeep =
        new Upkeep(state, limits, clock, steps.agent.storage(), steps.agent.cacheDirectories())) {
      assertThat(upkeep.runIfDue()).isTrue();
      assertThat(upkeep.runIfDue()).isFalse();
      now[0] = now[0].plus(Duration.ofHours(2));
      try (HostLock other = HostLock.exclusive(state.resolve("upkeep.lock"))) {
        assertThat(other.isHeld()).isTrue();
        assertThat(upkeep.runIfDue()).as("another process is at it").isFalse();
      }
      assertThat(upkeep.runIfDue()).isTrue();
    }
    assertThat(holds(image)).as("made within the last hours").isTrue();
  }
}
