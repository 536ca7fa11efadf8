package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.Failed;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.Succeeded;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.NewDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepContainer;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RUN without mounts, on a real engine. */
class RunStepIT {

  @TempDir Path state;
  private AgentFixture steps;

  @BeforeEach
  void connect() {
    steps = agent(TestEngine.first(), state);
  }

  /** How the tests reach the agent. */
  AgentFixture agent(TestEngine engine, Path directory) {
    return new AgentFixture(engine, directory);
  }

  @AfterEach
  void close() {
    steps.close();
  }

  @Test
  void outputArrivesByLinesAndStreams() {
    assertThat(steps.lines(steps.shell("echo one; echo two >&2; printf 'three\\r\\nunfinished'")))
        .containsExactlyInAnyOrder("one", "!two", "three", "unfinished");
  }

  @Test
  void aStepSeesWhatTheStepBeforeItLeft() {
    String first = steps.image(steps.shell("echo content > /root/file"));

    assertThat(steps.lines(steps.shell(first, "cat /root/file"))).containsExactly("content");
  }

  @Test
  void aFailingCommandTellsItsStatus() {
    assertThat(steps.run(steps.shell("exit 42")))
        .isEqualTo(new Failed(42, "the command exited with status 42"));
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    StepOutcome outcome = steps.run(steps.exec(steps.engine.busybox(), "/no/such", "x"));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.exitCode()).isEqualTo(127);
              assertThat(failed.message())
                  .startsWith("the command \"/no/such\" is not in the image");
            });
  }

  @Test
  void aUserThatIsNotThereIsNamed() {
    StepRequest request = steps.shell("true").in("/", "nobody-knows").request();

    assertThat(steps.run(request))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.message()).contains("nobody-knows"));
  }

  @Test
  void onlyTheEnvironmentOfTheRequestIsSeen() {
    String parent = configured(List.of("LEFT=over", "PATH=/bin"), List.of(), Optional.empty());

    assertThat(steps.lines(steps.shell(parent, "env").withEnvironment("PATH=/bin", "A=b")))
        .contains("PATH=/bin", "A=b")
        .noneMatch(line -> line.startsWith("LEFT="));
  }

  /** After {@code USER ""}, over an image or a step that has a user. */
  @Test
  void noUserIsRootWhateverTheParentHas() {
    String parent = steps.image(steps.shell("true").in("/", "1000"));

    assertThat(steps.lines(steps.shell(parent, "id -u"))).containsExactly("0");
  }

  @Test
  void anArgumentOfAnEarlierStepIsNotSeen() {
    String parent = steps.image(steps.shell("true").withEnvironment("PATH=/bin", "SECRET=1"));

    assertThat(steps.lines(steps.shell(parent, "env")))
        .noneMatch(line -> line.startsWith("SECRET="));
  }

  @Test
  void theImagesOwnCommandIsNotAppended() {
    String parent =
        configured(List.of("PATH=/bin"), List.of(), Optional.of(List.of("echo", "from the image")));

    assertThat(steps.lines(steps.exec(parent, "/bin/echo", "mine"))).containsExactly("mine");
  }

  @Test
  void aVolumeOfTheBaseDoesNotSwallowWrites() {
    String parent = configured(List.of(), List.of("/data"), Optional.empty());
    String written = steps.image(steps.shell(parent, "mkdir -p /data; echo kept > /data/file"));

    assertThat(steps.lines(steps.shell(written, "cat /data/file"))).containsExactly("kept");
  }

  @Test
  void aWorkingDirectoryBelongsToItsUser() {
    String image = steps.image(steps.shell("touch mine").in("/srv/app/x", "nobody"));

    assertThat(
            steps.lines(
                steps.shell(image, "stat -c '%n %u %g %a' /srv /srv/app/x /srv/app/x/mine")))
        .containsExactly(
            "/srv 65534 65533 755",
            "/srv/app/x 65534 65533 755",
            "/srv/app/x/mine 65534 65533 644");
  }

  @Test
  void aWorkingDirectoryThatIsThereKeepsItsOwner() {
    assertThat(steps.lines(steps.shell("stat -c '%u %a' /tmp").in("/tmp", "nobody")))
        .containsExactly("0 1777");
  }

  @Test
  void aStepWhosePlaceIsWantedAndNotTakenHasItsResult() {
    StepOutcome outcome = steps.run(steps.shell("echo kept > /f").request().withPlaceWanted(true));

    assertThat(outcome).isInstanceOf(Succeeded.class);
    assertThat(steps.lines(steps.shell(((Succeeded) outcome).imageId(), "cat /f")))
        .containsExactly("kept");
  }

  @Test
  void directoriesAloneMakeAnImage() {
    StepRequest request =
        new StepRequest(
            Optional.empty(),
            AgentFixture.PLATFORM,
            AgentFixture.labels(),
            List.of(),
            "",
            "/a/b",
            List.of(new NewDirectory("/a/b", "")),
            new StepRequest.MakeDirectories(),
            false);

    assertThat(steps.run(request))
        .isInstanceOfSatisfying(
            Succeeded.class,
            made -> {
              try (StepContainer container =
                  StepContainer.holding(steps.engine.engine(), made.imageId(), "test")) {
                assertThat(container.files().stat("/a/b")).isPresent();
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
  }

  @Test
  void withoutNetworkThereIsOnlyTheLoopback() {
    assertThat(steps.lines(steps.shell("ls /sys/class/net").withNetwork("none")))
        .containsExactly("lo");
  }

  /** The name as seen from BuildKit in Docker 28.5.2, which sets no variable HOSTNAME either. */
  @ParameterizedTest
  @ValueSource(strings = {"default", "none", "host"})
  void theNameOfTheMachineIsNotOneOfChance(String network) {
    assertThat(steps.lines(steps.shell("hostname; env").withNetwork(network)))
        .contains("buildkitsandbox")
        .noneMatch(line -> line.startsWith("HOSTNAME="));
  }

  @Test
  void aHostNameThatTheDockerfileSetsIsSeen() {
    assertThat(
            steps.lines(
                steps.shell("echo $HOSTNAME").withEnvironment("PATH=/bin", "HOSTNAME=mine")))
        .containsExactly("mine");
  }

  @Test
  void everyStepHasANetworkAndCleanHosts() {
    String parent = steps.engine.busybox();
    for (int i = 0; i < 6; i++) {
      parent = steps.image(steps.shell(parent, "ls /sys/class/net; echo leaked >> /etc/hosts"));
      assertThat(steps.printed).contains("eth0");
      steps.lines(steps.shell("cat /etc/hosts"));
      assertThat(steps.printed).doesNotContain("leaked").isNotEmpty();
    }
  }

  @Test
  void aLineWithoutEndIsCut() {
    List<String> lines = steps.lines(steps.shell("head -c 200000 /dev/zero | tr '\\0' x"));

    assertThat(lines).hasSizeGreaterThan(2);
    assertThat(String.join("", lines)).hasSize(200_000);
  }

  @Test
  void bytesThatAreNoTextAreReplaced() {
    assertThat(steps.lines(steps.shell("printf 'a\\377b\\n'"))).containsExactly("a\uFFFDb");
  }

  @Test
  void anInterruptedStepIsCanceledAndLeavesNoContainer() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    StepRequest request = steps.shell("echo begun; sleep 1000").request();
    FutureTask<StepOutcome> task =
        new FutureTask<>(() -> steps.agent.run(request, (line, error) -> begun.countDown()));
    Thread thread = new Thread(task);
    thread.start();
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

    thread.interrupt();

    assertThat(task.get(20, TimeUnit.SECONDS)).isEqualTo(new StepOutcome.Canceled());
    assertThat(steps.stepContainers()).isEmpty();
  }

  @Test
  void aResultIsFoundByItsKeyAndAFailureIsNot() {
    StepRequest good = steps.shell("true").request();
    StepRequest bad = steps.shell("false").request();
    StepOutcome outcome = steps.run(good);
    steps.run(bad);

    var inventory = steps.agent.inventory();

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Succeeded.class,
            made ->
                assertThat(inventory.get(good.labels().get(StepLabels.KEY)).imageId())
                    .isEqualTo(made.imageId()));
    assertThat(inventory).doesNotContainKey(bad.labels().get(StepLabels.KEY));
  }

  @Test
  void nothingIsLeftWhenTheAgentIsClosed() {
    steps.image(steps.shell("true"));
    steps.image(steps.shell("true"));
    steps.close();

    assertThat(steps.containers()).isEmpty();
  }

  private String configured(
      List<String> environment, List<String> volumes, Optional<List<String>> command) {
    return steps.agent.assemble(
        Optional.of(steps.engine.busybox()),
        new ImageConfig(
            AgentFixture.PLATFORM,
            environment,
            Optional.empty(),
            command,
            "",
            "/",
            Map.of(),
            List.of(),
            volumes,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            ""),
        List.of());
  }
}
