package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.dockerfile.ParserWarning;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scopes of ARG and ENV: what FROM sees, what a stage sees, what a command sees. */
class ArgumentScopeTest {

  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  @TempDir Path directory;
  private PlanFixture fixture;

  @BeforeEach
  void createFixture() {
    fixture = new PlanFixture(directory);
  }

  @Test
  void aCommandSeesThePathThatTheBaseImageLacks() {
    assertThat(fixture.environment("FROM busybox", "RUN x")).isEqualTo(Map.of("PATH", PATH));
  }

  @Test
  void fromSeesAnArgBeforeIt() {
    assertThat(fixture.plan("ARG BASE=busybox", "FROM $BASE", "RUN x").steps()).hasSize(1);
  }

  @Test
  void aBuildArgumentReplacesTheDefaultForFrom() {
    fixture.image("alpine").argument("BASE", "alpine");

    PlannedStep step = fixture.step("ARG BASE=busybox", "FROM $BASE", "RUN x");

    assertThat(((RootFilesystem.Base) step.parent()).reference()).isEqualTo("alpine");
  }

  @Test
  void aDefaultBeforeFromSeesEarlierOnes() {
    fixture.image("busybox:2");

    assertThat(fixture.plan("ARG V=2", "ARG BASE=busybox:${V}", "FROM ${BASE}", "RUN x").steps())
        .hasSize(1);
  }

  @Test
  void anArgBeforeFromIsNotSeenInAStageThatDoesNotDeclareIt() {
    assertThat(fixture.environment("ARG A=global", "FROM busybox", "RUN x")).doesNotContainKey("A");
  }

  @Test
  void anArgBeforeFromIsSeenInAStageThatDeclaresIt() {
    assertThat(fixture.environment("ARG A=global", "FROM busybox", "ARG A", "RUN x"))
        .containsEntry("A", "global");
  }

  @Test
  void whatTellsBuildKitToScanAStageIsNoVariable() {
    fixture.argument("BUILDKIT_SBOM_SCAN_CONTEXT", "true");

    assertThat(
            fixture.environment(
                "FROM busybox",
                "ARG BUILDKIT_SBOM_SCAN_STAGE=true BUILDKIT_SBOM_SCAN_CONTEXT",
                "ENV SCAN=$BUILDKIT_SBOM_SCAN_STAGE",
                "RUN x"))
        .isEqualTo(Map.of("PATH", PATH, "SCAN", ""));
  }

  @Test
  void aDefaultInTheStageWinsOverTheOneBeforeFrom() {
    assertThat(fixture.environment("ARG A=global", "FROM busybox", "ARG A=stage", "RUN x"))
        .containsEntry("A", "stage");
  }

  @Test
  void aBuildArgumentWinsOverBothDefaults() {
    fixture.argument("A", "given");

    assertThat(fixture.environment("ARG A=global", "FROM busybox", "ARG A=stage", "RUN x"))
        .containsEntry("A", "given");
  }

  @Test
  void anArgWithoutAnyValueAddsNothing() {
    assertThat(fixture.environment("FROM busybox", "ARG A", "RUN x")).doesNotContainKey("A");
  }

  @Test
  void anEmptyBuildArgumentIsAValue() {
    fixture.argument("A", "");

    assertThat(fixture.environment("FROM busybox", "ARG A=b", "RUN x")).containsEntry("A", "");
  }

  @Test
  void anArgIsSeenFromItsLineOn() {
    BuildPlan plan = fixture.plan("FROM busybox", "RUN x", "ARG A=1", "RUN y");

    assertThat(plan.steps().get(0).surroundings().environment()).doesNotContain("A=1");
    assertThat(plan.steps().get(1).surroundings().environment()).contains("A=1");
  }

  @Test
  void anArgIsNotSeenInTheNextStage() {
    assertThat(
            fixture.environment(
                "FROM busybox AS a",
                "ARG A=1",
                "RUN x",
                "FROM busybox",
                "COPY --from=a / /",
                "RUN y"))
        .doesNotContainKey("A");
  }

  @Test
  void aStageThatStartsFromAnotherInheritsItsArgs() {
    assertThat(fixture.environment("FROM busybox AS a", "ARG A=1", "FROM a", "RUN y"))
        .containsEntry("A", "1");
  }

  @Test
  void envOverridesAnArgOfTheSameName() {
    fixture.argument("A", "given");

    assertThat(fixture.environment("FROM busybox", "ARG A", "ENV A=env", "RUN x"))
        .containsEntry("A", "env");
  }

  @Test
  void inheritedEnvOverridesAnInheritedArg() {
    assertThat(
            fixture.environment("FROM busybox AS a", "ENV A=env", "ARG A=arg", "FROM a", "RUN x"))
        .containsEntry("A", "env");
  }

  @Test
  void envCanKeepWhatAnArgSays() {
    fixture.argument("V", "3");

    assertThat(fixture.config("FROM busybox", "ARG V=1", "ENV VERSION=${V:-none}").environment())
        .contains("VERSION=3");
  }

  @Test
  void argIsNotInTheImage() {
    assertThat(fixture.config("FROM busybox", "ARG A=1").environment())
        .containsExactly("PATH=" + PATH);
  }

  @Test
  void allVariablesOfOneEnvSeeTheStateBeforeIt() {
    assertThat(
            fixture.environment(
                "FROM busybox", "ENV abc=hello", "ENV abc=bye def=$abc", "ENV ghi=$abc", "RUN x"))
        .containsEntry("def", "hello")
        .containsEntry("ghi", "bye");
  }

  @Test
  void severalArgsOfOneLineSeeEachOther() {
    assertThat(fixture.environment("FROM busybox", "ARG A=1 B=${A}2", "RUN x"))
        .containsEntry("B", "12");
  }

  @Test
  void platformArgsAreSeenByFromAndWhereDeclared() {
    fixture.options(fixture.options().withPlatform(Platform.parse("linux/arm/v7")));

    assertThat(
            fixture.environment(
                "FROM --platform=$BUILDPLATFORM busybox",
                "ARG TARGETPLATFORM",
                "ARG TARGETARCH",
                "ARG TARGETVARIANT",
                "ARG BUILDARCH",
                "RUN x"))
        .containsEntry("TARGETPLATFORM", "linux/arm/v7")
        .containsEntry("TARGETARCH", "arm")
        .containsEntry("TARGETVARIANT", "v7")
        .containsEntry("BUILDARCH", "amd64")
        .doesNotContainKey("TARGETOS");
  }

  @Test
  void theTargetStageIsKnown() {
    assertThat(fixture.environment("FROM busybox AS app", "ARG TARGETSTAGE", "RUN x"))
        .containsEntry("TARGETSTAGE", "app");
    assertThat(fixture.environment("FROM busybox", "ARG TARGETSTAGE", "RUN x"))
        .containsEntry("TARGETSTAGE", "default");
  }

  @Test
  void proxiesAreSeenInBothSpellingsButApart() {
    fixture.argument("http_proxy", "http://p:1");

    PlannedStep.Surroundings seen = fixture.step("FROM busybox", "RUN x").surroundings();

    assertThat(seen.proxies()).containsExactly("HTTP_PROXY=http://p:1", "http_proxy=http://p:1");
    assertThat(seen.environment()).containsExactly("PATH=" + PATH);
  }

  @Test
  void aDeclaredProxyIsAnOrdinaryArg() {
    fixture.argument("HTTP_PROXY", "http://p:1");

    PlannedStep.Surroundings seen =
        fixture.step("FROM busybox", "ARG HTTP_PROXY", "RUN x").surroundings();

    assertThat(seen.environment()).contains("HTTP_PROXY=http://p:1");
    assertThat(seen.proxies()).containsExactly("http_proxy=http://p:1");
  }

  @Test
  void aMissingRequiredVariableIsToldWithItsLine() {
    assertThatThrownBy(() -> fixture.plan("FROM busybox", "WORKDIR /${V:?must be set}"))
        .isInstanceOf(DockerfileException.class)
        .hasMessageStartingWith("Dockerfile:2: ")
        .hasMessageContaining("must be set");
  }

  @Test
  void aDefaultThatIsReplacedIsNotExpanded() {
    fixture.argument("A", "1");

    assertThat(fixture.environment("FROM busybox", "ARG A=${B:?missing}", "RUN x"))
        .containsEntry("A", "1");
  }

  @Test
  void anUnreasonableNumberOfVariablesIsRefused() {
    String[] lines = new String[1100];
    Arrays.setAll(lines, i -> "ENV V" + i + "=x");
    lines[0] = "FROM busybox";

    assertThatThrownBy(() -> fixture.plan(lines))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("more than 1000 variables");
  }

  @Test
  void aBuildArgumentThatNothingDeclaresIsWarnedOf() {
    fixture
        .argument("VERSON", "1")
        .argument("http_proxy", "p")
        .argument("BUILDKIT_CACHE_MOUNT_NS", "n")
        .argument("SOURCE_DATE_EPOCH", "0");

    assertThat(fixture.plan("FROM busybox", "ARG VERSION", "RUN x").warnings())
        .extracting(ParserWarning::message)
        .containsExactly("build argument VERSON is declared by no ARG (did you mean VERSION?)");
  }

  @Test
  void anArgumentForBuildKitThatHasNoEffectHereIsWarnedOf() {
    fixture
        .argument("BUILDKIT_INLINE_CACHE", "1")
        .argument("BUILDKIT_SANDBOX_HOSTNAME", "h")
        .argument("BUILDKIT_OF_MINE", "x");

    assertThat(fixture.plan("FROM busybox", "ARG BUILDKIT_OF_MINE", "RUN x").warnings())
        .extracting(ParserWarning::message)
        .containsExactly(
            "build argument BUILDKIT_INLINE_CACHE has no effect here, it is for BuildKit",
            "build argument BUILDKIT_SANDBOX_HOSTNAME has no effect here, it is for BuildKit");
  }
}
