package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.ContextFilter;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One plan for several platforms. */
class SeveralPlatformsTest {

  private static final String AMD64 = "linux/amd64";
  private static final String ARM64 = "linux/arm64";

  @TempDir private Path directory;
  private final Map<ImageReference, ImageDescription> images = new HashMap<>();

  private void image(String platform) {
    images.put(
        new ImageReference("busybox", platform),
        new ImageDescription(
            Digest.of("config " + platform).toString(),
            Optional.empty(),
            platform,
            List.of(Digest.of("layer " + platform)),
            ImageConfig.scratch(platform),
            0));
  }

  private Planning planning(String... lines) {
    DirectoryContext.Settings settings =
        new DirectoryContext.Settings(
            directory,
            ContextFilter.EVERYTHING,
            patterns -> ContextFilter.EVERYTHING,
            directory.resolveSibling("stat"));
    BuildOptions first = BuildOptions.of(Platform.parse(AMD64));
    try (DirectoryContext context = DirectoryContext.open(settings)) {
      return Planner.plan(
          PlanFixture.parse(lines),
          List.of(first, first.withPlatform(Platform.parse(ARM64))),
          BuildContexts.of(context),
          images,
          Map.of());
    }
  }

  private BuildPlan plan(String... lines) {
    image(AMD64);
    image(ARM64);
    return ((Planning.Planned) planning(lines)).plan();
  }

  private static Stream<String> told(BuildPlan plan) {
    return plan.steps().stream()
        .map(step -> step.surroundings().platform() + " " + step.place().text());
  }

  @Test
  void eachPlatformHasItsSteps() {
    BuildPlan plan = plan("FROM busybox", "RUN make");

    assertThat(told(plan)).containsExactly(AMD64 + " RUN make", ARM64 + " RUN make");
    assertThat(plan.targets()).extracting(BuildPlan.Target::platform).containsExactly(AMD64, ARM64);
    assertThat(plan.targets())
        .extracting(target -> target.result().root())
        .containsExactly(new RootFilesystem.Result(0), new RootFilesystem.Result(1));
  }

  @Test
  void aStageForThePlatformOfTheEnginesRunsOnceForAll() {
    BuildPlan plan =
        plan(
            "FROM --platform=$BUILDPLATFORM busybox AS tool",
            "RUN fetch",
            "RUN unpack",
            "FROM busybox",
            "COPY --from=tool /tool /tool",
            "RUN use");

    assertThat(told(plan))
        .containsExactly(
            AMD64 + " RUN fetch",
            AMD64 + " RUN unpack",
            AMD64 + " COPY --from=tool /tool /tool",
            AMD64 + " RUN use",
            ARM64 + " COPY --from=tool /tool /tool",
            ARM64 + " RUN use");
    assertThat(plan.steps().get(4).predecessors()).containsExactly(1);
    assertThat(plan.steps()).extracting(step -> step.place().stepsInStage()).containsOnly(2);
  }

  @Test
  void aStageThatUsesTheTargetsNameIsOfEachPlatformFromThereOn() {
    BuildPlan plan =
        plan(
            "FROM --platform=$BUILDPLATFORM busybox",
            "RUN same",
            "ARG TARGETARCH",
            "RUN cross-compile",
            "RUN pack");

    assertThat(told(plan))
        .containsExactly(
            AMD64 + " RUN same",
            AMD64 + " RUN cross-compile",
            AMD64 + " RUN pack",
            AMD64 + " RUN cross-compile",
            AMD64 + " RUN pack");
    assertThat(plan.steps().get(3).place().stepInStage()).isEqualTo(2);
    assertThat(plan.steps().get(3).place().stepsInStage()).isEqualTo(3);
    assertThat(plan.definitionKeys()).doesNotHaveDuplicates();
  }

  @Test
  void imagesOfAllPlatformsAreAskedForAtOnce() {
    List<ImageNeed> needs = ((Planning.NeedsImages) planning("FROM busybox", "RUN x")).images();
    assertThat(needs).extracting(need -> need.image().platform()).containsExactly(AMD64, ARM64);
  }
}
