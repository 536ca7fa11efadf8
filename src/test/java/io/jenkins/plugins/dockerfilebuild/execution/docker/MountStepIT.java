package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.Image;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RUN --mount, on a real engine: the promises of the proposal, one test each. */
class MountStepIT {

  @TempDir Path state;
  AgentFixture steps;

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
  void aContextMountIsReadOnly() throws IOException {
    var bind = new MountRequest.ContextBind("/src", true, steps.tree(Map.of("a", "A")));

    assertThat(
            steps.lines(
                steps.shell("cat /src/a; echo; touch /src/b || echo refused").withMounts(bind)))
        .contains("A", "refused");
  }

  @Test
  void writesToAWritableContextMountAreGone() throws IOException {
    var bind = new MountRequest.ContextBind("/src", false, steps.tree(Map.of("a", "A")));
    String image =
        steps.image(
            steps
                .shell("echo changed > /src/a; echo new > /src/b; cat /src/a /src/b")
                .withMounts(bind));

    assertThat(steps.printed).containsExactly("changed", "new");
    assertThat(steps.lines(steps.shell(image, "ls /src; cat /src/a").withMounts(bind)))
        .containsExactly("a", "A");
  }

  @Test
  void aTmpfsIsEmptyInTheNextStepAndRunsPrograms() {
    var tmpfs = new MountRequest.Tmpfs("/scratch", false, Optional.of(8L << 20));
    String image =
        steps.image(
            steps
                .shell(
                    "cp /bin/busybox /scratch/echo && /scratch/echo ran && df -k /scratch | tail"
                        + " -1")
                .withMounts(tmpfs));

    assertThat(steps.printed.get(0)).isEqualTo("ran");
    assertThat(steps.printed.get(1)).contains(" 8192 ");
    assertThat(steps.lines(steps.shell(image, "ls /scratch; echo end").withMounts(tmpfs)))
        .containsExactly("end");
  }

  @Test
  void aFullTmpfsIsFull() {
    var tmpfs = new MountRequest.Tmpfs("/scratch", false, Optional.of(1L << 20));

    assertThat(
            steps.run(steps.shell("head -c 2000000 /dev/zero > /scratch/file").withMounts(tmpfs)))
        .isInstanceOf(StepOutcome.Failed.class);
  }

  @Test
  void aTmpfsHidesWhatIsBelow() {
    var tmpfs = new MountRequest.Tmpfs("/etc", false, Optional.empty());

    assertThat(steps.lines(steps.shell("test -e /etc/passwd || echo hidden").withMounts(tmpfs)))
        .containsExactly("hidden");
  }

  @Test
  void aCacheIsThereInTheNextStep() {
    var cache = cache("/cache", "my-cache");
    steps.image(steps.shell("echo kept > /cache/file").withMounts(cache));

    assertThat(steps.lines(steps.shell("cat /cache/file").withMounts(cache)))
        .containsExactly("kept");
    assertThat(steps.run(steps.shell("true").withMounts(cache)))
        .isInstanceOfSatisfying(
            StepOutcome.Succeeded.class,
            succeeded -> assertThat(succeeded.mounts().get(0).hit()).isEqualTo("WARM"));
  }

  @Test
  void aSecretIsAFileForItsOwnerAndLeavesNothing() throws IOException {
    var secret =
        new MountRequest.Secret("/run/secrets/token", Bytes.utf8("s3cr3t"), 0400, 65534, 0);
    String image =
        steps.image(
            steps
                .shell("cat /run/secrets/token; echo; stat -c '%a %u' /run/secrets/token")
                .withMounts(secret));

    assertThat(steps.printed).containsExactly("s3cr3t", "400 65534");
    assertThat(layerFiles(image)).noneMatch(name -> name.contains("run"));
  }

  @Test
  void aSecretInAVariableIsThereForItsCommandAndInNoImage() {
    String secret = "s3cr3t-" + UUID.randomUUID();
    StepRequest request = steps.shell("true").request();
    StepRequest.Run run =
        new StepRequest.Run(
            List.of("/bin/sh", "-c", "echo $TOKEN; echo ${#TOKEN} > /length; mkdir /d"),
            List.of(),
            List.of(),
            Map.of("TOKEN", Bytes.utf8(secret)),
            "default",
            false);

    StepOutcome outcome = steps.run(request.withOperation(run));

    assertThat(steps.printed).containsExactly(secret);
    String image = ((StepOutcome.Succeeded) outcome).imageId();
    assertThat(steps.agent.inventory().get(request.labels().get(StepLabels.KEY)).imageId())
        .isEqualTo(image);
    assertThat(steps.lines(steps.shell(image, "cat /length; ls -d /d; echo $TOKEN")))
        .containsExactly(String.valueOf(secret.length()), "/d", "");
    assertThat(variablesOfAllImages()).noneMatch(variable -> variable.contains(secret));
  }

  /** Those that containers have, and those that an engine notes of the container before. */
  private List<String> variablesOfAllImages() {
    List<String> variables = new ArrayList<>();
    Engine engine = steps.engine.engine();
    for (Image image : engine.ask(docker -> docker.listImagesCmd().withShowAll(true).exec())) {
      var inspected = engine.ask(docker -> docker.inspectImageCmd(image.getId()).exec());
      for (ContainerConfig config :
          new ContainerConfig[] {inspected.getConfig(), inspected.getContainerConfig()}) {
        if (config != null && config.getEnv() != null) {
          variables.addAll(List.of(config.getEnv()));
        }
      }
    }
    return variables;
  }

  @Test
  void anImageIsMountedAndItsCopyThrownAway() {
    String source = steps.image(steps.shell("mkdir -p /out/d; echo built > /out/d/file"));
    var bind = new MountRequest.ImageBind("/in", false, source, "/out");

    assertThat(steps.lines(steps.shell("cat /in/d/file; echo more > /in/d/file").withMounts(bind)))
        .containsExactly("built");
    assertThat(steps.lines(steps.shell("cat /in/d/file").withMounts(bind)))
        .containsExactly("built");
  }

  @Test
  void aPathThatTheImageLacksIsTheStepsFault() {
    var bind = new MountRequest.ImageBind("/in", true, steps.engine.busybox(), "/no/such");

    assertThat(steps.run(steps.shell("true").withMounts(bind)))
        .isInstanceOfSatisfying(
            StepOutcome.Failed.class, failed -> assertThat(failed.message()).contains("/no/such"));
  }

  @Test
  void mountPointsAreGoneAndWhatWasThereStays() throws IOException {
    String base =
        steps.image(
            steps.shell(
                "mkdir -p /test/qux /real; ln -s /real /link; mkdir /dropped; rmdir /dropped"));
    var tree = steps.tree(Map.of("a", "A"));
    String image =
        steps.image(
            steps
                .shell(base, "touch /test/baz/keep; ls /test /link/in/side")
                .withMounts(
                    new MountRequest.ContextBind("/test/foo", true, tree),
                    new MountRequest.ContextBind("/test/bar/x/y", true, tree),
                    new MountRequest.Tmpfs("/test/baz/sub", false, Optional.empty()),
                    new MountRequest.ContextBind("/test/qux", true, tree),
                    new MountRequest.Tmpfs("/dropped/x", false, Optional.empty()),
                    new MountRequest.ContextBind("/link/in/side", true, tree)));

    assertThat(
            steps.lines(steps.shell(image, "find /test /real /dropped 2>/dev/null | sort; true")))
        .containsExactly("/real", "/test", "/test/baz", "/test/baz/keep", "/test/qux");
    assertThat(layerFiles(image)).noneMatch(name -> name.contains("foo") || name.contains("side"));
  }

  @Test
  void aWorkingDirectoryStaysAlthoughAMountCoversIt() throws IOException {
    var bind = new MountRequest.ContextBind("/src", true, steps.tree(Map.of("a", "A")));
    String image = steps.image(steps.shell("cat a").in("/src", "").withMounts(bind));

    assertThat(steps.lines(steps.shell(image, "ls -la /src | wc -l"))).containsExactly("3");
  }

  @Test
  void nothingMountedIsInAnyLayer() throws IOException {
    var tree = steps.tree(Map.of("needle-in-context", "A"));
    String source = steps.image(steps.shell("mkdir /o; echo x > /o/needle-in-image"));
    String image =
        steps.image(
            steps
                .shell(
                    "touch /c/needle-in-cache /t/needle-in-tmpfs /b/needle-in-bind; echo x > /made")
                .withMounts(
                    new MountRequest.ContextBind("/b", false, tree),
                    new MountRequest.ImageBind("/i", true, source, "/o"),
                    new MountRequest.Tmpfs("/t", false, Optional.empty()),
                    cache("/c", "needle-cache")));

    assertThat(layerFiles(image)).contains("made").noneMatch(name -> name.contains("needle"));
  }

  @Test
  void aScriptIsThereWhileTheCommandRuns() {
    StepRequest.Run script =
        new StepRequest.Run(
            List.of("/dev/pipes/EOF"),
            List.of(
                new StepRequest.ScriptFile(
                    "/dev/pipes/EOF", Bytes.utf8("#!/bin/sh\necho from the script\n"))),
            List.of(),
            Map.of(),
            "default",
            false);
    StepRequest request = steps.shell("true").request().withOperation(script);

    assertThat(steps.run(request)).isInstanceOf(StepOutcome.Succeeded.class);
    assertThat(steps.printed).containsExactly("from the script");
  }

  private static MountRequest.Cache cache(String target, String id) {
    return new MountRequest.Cache(
        target,
        false,
        new CacheKey("test", id, AgentFixture.PLATFORM, "", 0755, 0, 0),
        CacheSharing.SHARED,
        "",
        Optional.empty(),
        Optional.empty());
  }

  /** The names of all files in the image's layers, base excluded. */
  private List<String> layerFiles(String image) throws IOException {
    var out = new ByteArrayOutputStream();
    var base = steps.agent.describe(steps.engine.busybox()).layers();
    steps.agent.exportImage(image, Set.copyOf(base), out);
    return SavedImage.of(out.toByteArray()).layerFiles();
  }
}
