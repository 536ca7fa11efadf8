package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which stages and images a target needs, and how they are named. */
class NeededStagesTest {

  private static final String[] THREE_STAGES = {
    "FROM busybox AS tools", "RUN tools",
    "FROM busybox AS unused", "RUN unused",
    "FROM tools AS app", "RUN app",
    "FROM scratch", "COPY --from=app /bin /bin"
  };

  @TempDir Path directory;
  private PlanFixture fixture;

  @BeforeEach
  void createFixture() {
    fixture = new PlanFixture(directory);
  }

  @Test
  void onlyStagesThatTheTargetNeedsArePlanned() {
    assertThat(texts(fixture.plan(THREE_STAGES)))
        .containsExactly("RUN tools", "RUN app", "COPY --from=app /bin /bin");
  }

  @Test
  void anotherTargetNeedsOtherStages() {
    target("UNUSED");

    assertThat(texts(fixture.plan(THREE_STAGES))).containsExactly("RUN unused");
  }

  @Test
  void aTargetCanBeNamedByItsNumber() {
    target("0");

    assertThat(texts(fixture.plan(THREE_STAGES))).containsExactly("RUN tools");
  }

  @Test
  void anUnknownTargetIsRefusedWithTheNearestName() {
    target("ap");

    assertThatThrownBy(() -> fixture.plan(THREE_STAGES))
        .isInstanceOf(DockerfileException.class)
        .hasMessage("Dockerfile: target stage \"ap\" could not be found (did you mean app?)");
  }

  @Test
  void imagesOfStagesThatAreNotNeededAreNotAskedFor() {
    Planning planning = fixture.planning("FROM nowhere AS unused", "RUN a", "FROM other", "RUN b");

    assertThat(planning)
        .isEqualTo(
            new Planning.NeedsImages(
                List.of(
                    new ImageNeed(
                        new ImageReference("other", "linux/amd64"), 3, Optional.empty()))));
  }

  @Test
  void imagesOfCopyAndOfMountsAreAskedFor() {
    Planning planning =
        fixture.planning(
            "FROM scratch",
            "COPY --from=one /a /a",
            "RUN --mount=from=two,target=/b --mount=type=cache,from=three,target=/c true");

    assertThat(needs(planning, need -> need.image().name())).containsExactly("one", "two", "three");
  }

  @Test
  void anImageIsAskedForOnceWithTheFirstLineThatNamesIt() {
    Planning planning =
        fixture.planning(
            "FROM one AS a", "FROM one AS b", "COPY --from=a / /", "COPY --from=one / /");

    assertThat(needs(planning, ImageNeed::line)).containsExactly(1);
  }

  @Test
  void anImageIsAskedForOncePerPlatform() {
    fixture.options(fixture.options().withPlatform(Platform.parse("linux/arm64")));

    Planning planning =
        fixture.planning(
            "FROM --platform=$BUILDPLATFORM go AS build",
            "RUN a",
            "FROM go",
            "COPY --from=build / /");

    assertThat(needs(planning, need -> need.image().platform()))
        .containsExactly("linux/amd64", "linux/arm64");
  }

  @Test
  void triggersOfABaseImageMayNeedFurtherImages() {
    fixture.image("base", PlanFixture.configWithOnBuild("COPY --from=other /a /a"));

    Planning planning = fixture.planning("FROM base");

    assertThat(planning)
        .isEqualTo(
            new Planning.NeedsImages(
                List.of(
                    new ImageNeed(
                        new ImageReference("other", "linux/amd64"), 1, Optional.empty()))));
  }

  @Test
  void anImageWhoseNameIsLikeAStagesMayBeAStageMisspelt() {
    Planning planning =
        fixture.planning("FROM busybox AS build", "RUN x", "FROM scratch", "COPY --from=biuld / /");

    assertThat(needs(planning, ImageNeed::nearestStage)).containsExactly(Optional.of("build"));
  }

  @Test
  void aStageHasThePlatformOfTheStageItStartsFrom() {
    fixture.options(fixture.options().withPlatform(Platform.parse("linux/arm64")));

    PlannedStep step = fixture.step("FROM --platform=linux/amd64 busybox AS a", "FROM a", "RUN x");

    assertThat(step.surroundings().platform()).isEqualTo("linux/amd64");
  }

  @Test
  void aMountFromAStageNeedsTheStage() {
    BuildPlan plan =
        fixture.plan(
            "FROM busybox AS sources",
            "RUN fetch",
            "FROM busybox",
            "RUN --mount=from=sources,target=/src build");

    assertThat(texts(plan))
        .containsExactly("RUN fetch", "RUN --mount=from=sources,target=/src build");
    assertThat(plan.steps().get(1).dependencies()).containsExactly(0);
  }

  @Test
  void aStageCanBeNamedByItsNumberAndInAnyCase() {
    BuildPlan plan =
        fixture.plan(
            "FROM busybox AS first",
            "RUN a",
            "FROM busybox",
            "COPY --from=0 /a /a",
            "COPY --from=FIRST /a /b");

    assertThat(plan.steps().get(1).dependencies()).containsExactly(0);
    assertThat(plan.steps().get(2).dependencies()).containsExactly(0);
  }

  @Test
  void aStageWithoutStepsIsItsBaseImage() {
    PlannedOperation.Transfer transfer =
        fixture.transfer("FROM busybox AS tools", "FROM scratch", "COPY --from=tools /bin/sh /sh");

    PlannedSource.Files files = (PlannedSource.Files) transfer.sources().get(0);
    assertThat(files.root()).isInstanceOf(RootFilesystem.Base.class);
    assertThat(files.paths()).containsExactly("/bin/sh");
  }

  @Test
  void aStageBelowCannotBeUsed() {
    refused(
        "Dockerfile:2: cannot copy from stage \"later\", it needs to be defined before current"
            + " stage \"0\" (it begins at line 3)",
        "FROM busybox",
        "COPY --from=later / /",
        "FROM busybox AS later",
        "FROM 0");
  }

  @Test
  void aStageCannotUseItself() {
    refused(
        "Dockerfile:2: circular dependency detected on stage: me",
        "FROM busybox AS me",
        "COPY --from=me / /");
  }

  @Test
  void aStageNumberThatDoesNotExistIsRefused() {
    refused("Dockerfile:2: invalid stage index 7", "FROM busybox", "COPY --from=7 / /");
  }

  @Test
  void variablesInFromOfACopyAreRefused() {
    refused(
        "Dockerfile:3: variable expansion is not supported for --from, define a new stage with"
            + " FROM using ARG from global scope as a workaround",
        "FROM busybox",
        "ARG X",
        "COPY --from=$X / /");
  }

  @Test
  void aBaseNameThatExpandsToNothingIsRefused() {
    refused(
        "Dockerfile:1: base name ($NONE) should not be blank"
            + " (only an ARG before the first FROM is seen here)",
        "FROM $NONE");
  }

  @Test
  void aMisspeltVariableInFromIsToldWithTheNearest() {
    refused(
        "Dockerfile:1: empty platform value from expression $BULIDPLATFORM (did you mean"
            + " BUILDPLATFORM?)",
        "FROM --platform=$BULIDPLATFORM busybox");
  }

  @Test
  void anUnreasonableNumberOfStepsIsRefused() {
    String[] lines = new String[1002];
    Arrays.fill(lines, "RUN x");
    lines[0] = "FROM busybox";

    refused("Dockerfile:1002: there are more than 1000 steps", lines);
  }

  @Test
  void ofStagesWithOneNameTheNearestAboveIsMeant() {
    BuildPlan plan =
        fixture.plan(
            "FROM busybox AS a",
            "RUN one",
            "FROM busybox AS a",
            "RUN two",
            "FROM scratch",
            "COPY --from=a / /");

    assertThat(texts(plan)).containsExactly("RUN two", "COPY --from=a / /");
  }

  @Test
  void stepsAreCountedWithinTheirStage() {
    List<PlannedStep> steps = fixture.plan(THREE_STAGES).steps();

    assertThat(steps.get(1).place().stage()).isEqualTo("app");
    assertThat(steps.get(2).place().stage()).isEqualTo("3");
    assertThat(
            fixture.plan("FROM busybox", "RUN a", "ENV B=c", "RUN d").steps().stream()
                .map(PlannedStep::place)
                .map(place -> place.stepInStage() + "/" + place.stepsInStage()))
        .containsExactly("1/2", "2/2");
  }

  private void refused(String message, String... lines) {
    fixture.options(fixture.options().withTarget("0"));
    assertThatThrownBy(() -> fixture.plan(lines))
        .isInstanceOf(DockerfileException.class)
        .hasMessage(message);
  }

  private void target(String name) {
    fixture.options(fixture.options().withTarget(name));
  }

  private static <T> List<T> needs(Planning planning, Function<ImageNeed, T> what) {
    return ((Planning.NeedsImages) planning).images().stream().map(what).toList();
  }

  private static List<String> texts(BuildPlan plan) {
    return plan.steps().stream().map(step -> step.place().text()).toList();
  }
}
