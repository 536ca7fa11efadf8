package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Mount.Sharing;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedMount.Ownership;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands, here-documents, mounts and directories of RUN. */
class RunPlanTest {

  @TempDir Path directory;
  private PlanFixture fixture;

  @BeforeEach
  void createFixture() {
    fixture = new PlanFixture(directory).file("src/a.c", "int a;").file("b", "b");
  }

  @Test
  void theShellFormIsHandedToTheShellUnexpanded() {
    assertThat(fixture.run("FROM busybox", "ENV A=b", "RUN echo $A").command())
        .containsExactly("/bin/sh", "-c", "echo $A");
  }

  @Test
  void theExecFormIsTakenAsItIs() {
    assertThat(fixture.run("FROM busybox", "RUN [\"echo\", \"$A\"]").command())
        .containsExactly("echo", "$A");
  }

  /** An engine would run the command that the image is for. */
  @Test
  void anExecFormWithoutAProgramIsRefused() {
    assertThatThrownBy(() -> fixture.plan("FROM busybox", "RUN []"))
        .isInstanceOf(DockerfileException.class)
        .hasMessageStartingWith("Dockerfile:2: arguments are required");
  }

  @Test
  void theShellOfTheBaseImageIsUsed() {
    fixture.image("base", fixture.config("FROM busybox", "SHELL [\"/bin/ash\", \"-ec\"]"));

    assertThat(fixture.run("FROM base", "RUN x").command()).containsExactly("/bin/ash", "-ec", "x");
  }

  @Test
  void aHereDocumentIsTheTextForTheShell() {
    assertThat(fixture.run("FROM busybox", "RUN <<EOF", "a", "b", "EOF").command())
        .containsExactly("/bin/sh", "-c", "a\nb\n");
  }

  @Test
  void aHereDocumentWithItsOwnInterpreterIsAFile() {
    PlannedOperation.Run run =
        fixture.run("FROM busybox", "RUN <<EOF", "#!/bin/awk -f", "x", "EOF");

    assertThat(run.command()).containsExactly("/bin/sh", "-c", "/dev/pipes/EOF");
    assertThat(run.scripts())
        .extracting(PlannedOperation.Script::target, script -> script.content().asUtf8())
        .containsExactly(tuple("/dev/pipes/EOF", "#!/bin/awk -f\nx\n"));
  }

  @Test
  void networkAndSecurityAreKept() {
    PlannedOperation.Run run =
        fixture.run("FROM busybox", "RUN --network=none --security=insecure x");

    assertThat(run.network()).isEqualTo("none");
    assertThat(run.privileged()).isTrue();
  }

  @Test
  void whatReachesTheAgentMustBeAllowed() {
    fixture.options(fixture.options().withAllowed(Set.of(Entitlement.NETWORK_HOST)));

    assertThat(fixture.run("FROM busybox", "RUN --network=host x").network()).isEqualTo("host");
    assertThatThrownBy(() -> fixture.run("FROM busybox", "RUN --security=insecure x"))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("security.insecure is not allowed");
  }

  @Test
  void aBindMountShowsAPathOfTheContext() {
    PlannedMount.Bind bind = mount("RUN --mount=source=src,target=/s x", PlannedMount.Bind.class);

    PlannedSource.Context context = (PlannedSource.Context) bind.source();
    assertThat(bind.readOnly()).isTrue();
    assertThat(context.path()).isEqualTo("src");
    assertThat(context.tree().entries())
        .extracting(entry -> entry.path())
        .containsExactly("", "a.c");
  }

  @Test
  void mountOptionsMayHoldVariables() {
    PlannedMount.Bind bind =
        (PlannedMount.Bind)
            fixture
                .run("FROM busybox", "ARG D=src", "RUN --mount=source=$D,target=/$D,rw x")
                .mounts()
                .get(0);

    assertThat(bind.target()).isEqualTo("/src");
    assertThat(bind.readOnly()).isFalse();
  }

  @Test
  void aRelativeTargetIsBelowTheWorkingDirectory() {
    assertThat(
            fixture
                .run("FROM busybox", "WORKDIR /w", "RUN --mount=type=tmpfs,target=t/../u x")
                .mounts())
        .containsExactly(new PlannedMount.Tmpfs("/w/u", false, Optional.empty()));
  }

  @Test
  void aMountWithoutTargetIsAtTheWorkingDirectory() {
    assertThat(fixture.run("FROM busybox", "WORKDIR /w", "RUN --mount=source=src x").mounts())
        .extracting(PlannedMount::target)
        .containsExactly("/w");
  }

  @Test
  void theRootCannotBeHidden() {
    assertThatThrownBy(() -> fixture.plan("FROM busybox", "RUN --mount=type=tmpfs,target=/ x"))
        .isInstanceOf(DockerfileException.class)
        .hasMessage("Dockerfile:2: invalid mount target \"/\"");
  }

  @Test
  void aSourceThatDoesNotExistIsToldWithItsLine() {
    assertThatThrownBy(() -> fixture.plan("FROM busybox", "RUN --mount=source=nope,target=/s x"))
        .isInstanceOf(ContextException.class)
        .hasMessageStartingWith("Dockerfile:2: nope does not exist in the build context");
  }

  @Test
  void mountsAreSortedByTarget() {
    assertThat(
            fixture
                .run(
                    "FROM busybox",
                    "RUN --mount=type=tmpfs,target=/b/c --mount=type=tmpfs,target=/b"
                        + " --mount=type=tmpfs,target=/a x")
                .mounts())
        .extracting(PlannedMount::target)
        .containsExactly("/a", "/b", "/b/c");
  }

  @Test
  void aCacheHasItsDefaults() {
    PlannedMount.Cache cache =
        mount("RUN --mount=type=cache,target=/c/. x", PlannedMount.Cache.class);

    assertThat(cache)
        .isEqualTo(
            new PlannedMount.Cache(
                "/c",
                false,
                new PlannedMount.Directory("", "/c", Sharing.SHARED, Optional.empty(), 0755, 0, 0),
                ""));
  }

  @Test
  void aCacheLivesInTheNamespaceOfTheBuildAndOfTheUser() {
    fixture.options(fixture.options().withCacheNamespace("job"));
    assertThat(namespace()).isEqualTo("job");

    fixture.argument("BUILDKIT_CACHE_MOUNT_NS", "mine");
    assertThat(namespace()).isEqualTo("job/mine");
  }

  private String namespace() {
    return mount("RUN --mount=type=cache,target=/c x", PlannedMount.Cache.class)
        .directory()
        .namespace();
  }

  @Test
  void aCacheCanStartFromAStage() {
    BuildPlan plan =
        fixture.plan(
            "FROM busybox AS seed",
            "RUN fill",
            "FROM busybox",
            "RUN --mount=type=cache,from=seed,source=/d,target=/c,id=x,sharing=locked y");

    PlannedStep step = plan.steps().get(1);
    PlannedMount.Cache cache =
        (PlannedMount.Cache) ((PlannedOperation.Run) step.operation()).mounts().get(0);
    assertThat(cache.source()).isEqualTo("/d");
    assertThat(cache.directory().sharing()).isEqualTo(Sharing.LOCKED);
    assertThat(cache.directory().seed())
        .contains(
            new PlannedSource.Files(
                new RootFilesystem.Result(0), "seed", List.of("/d"), List.of()));
    assertThat(step.dependencies()).containsExactly(0);
  }

  @Test
  void secretsAndSocketsAreKept() {
    PlannedOperation.Run run =
        fixture.run(
            "FROM busybox",
            "RUN --mount=type=secret,id=a/token,required=true"
                + " --mount=type=secret,id=b,env=B --mount=type=ssh x");

    assertThat(run.mounts())
        .containsExactlyInAnyOrder(
            new PlannedMount.Secret(
                "/run/secrets/token", "a/token", Optional.empty(), true, new Ownership(0400, 0, 0)),
            new PlannedMount.Secret("", "b", Optional.of("B"), false, new Ownership(0400, 0, 0)),
            new PlannedMount.Ssh(
                "/run/buildkit/ssh_agent.0", "default", false, new Ownership(0600, 0, 0)));
  }

  @Test
  void devicesAreRefused() {
    assertThatThrownBy(() -> fixture.plan("FROM busybox", "RUN --device=vendor/gpu=all x"))
        .isInstanceOf(DockerfileException.class)
        .hasMessageStartingWith("Dockerfile:2: RUN --device is not supported yet");
  }

  @Test
  void directoriesOfWorkdirsRideOnTheNextStep() {
    BuildPlan plan =
        fixture.plan(
            "FROM busybox", "WORKDIR /a", "USER me", "WORKDIR b", "WORKDIR /", "RUN x", "RUN y");

    assertThat(plan.steps()).hasSize(2);
    assertThat(plan.steps().get(0).newDirectories())
        .containsExactly(new NewDirectory("/a", ""), new NewDirectory("/a/b", "me"));
    assertThat(plan.steps().get(1).newDirectories()).isEmpty();
  }

  @Test
  void aWorkdirAtTheEndOfTheTargetIsAStep() {
    BuildPlan plan = fixture.plan("FROM busybox", "RUN x", "WORKDIR /a", "ENV B=c");

    PlannedStep last = plan.steps().get(1);
    assertThat(last.operation()).isEqualTo(new PlannedOperation.MakeDirectories());
    assertThat(last.place().text()).isEqualTo("WORKDIR /a");
    assertThat(plan.target().root()).isEqualTo(new RootFilesystem.Result(1));
    assertThat(plan.target().history())
        .extracting(line -> line.createdBy() + line.step())
        .contains("WORKDIR /aOptionalInt[1]");
  }

  @Test
  void aWorkdirAtTheEndOfAStageThatIsOnlyABaseRidesOnTheChild() {
    BuildPlan plan = fixture.plan("FROM busybox AS a", "WORKDIR /a", "FROM a", "RUN x");

    assertThat(plan.steps()).hasSize(1);
    assertThat(plan.steps().get(0).newDirectories()).containsExactly(new NewDirectory("/a", ""));
    assertThat(plan.steps().get(0).surroundings().workingDirectory()).isEqualTo("/a");
  }

  private <T extends PlannedMount> T mount(String run, Class<T> type) {
    return type.cast(fixture.run("FROM busybox", run).mounts().get(0));
  }
}
