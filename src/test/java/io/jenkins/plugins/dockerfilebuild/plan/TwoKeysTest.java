package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Definition and content keys: what is found again after a stage has run again. */
class TwoKeysTest {

  @TempDir Path directory;
  private PlanFixture fixture;

  @BeforeEach
  void createFixture() {
    fixture = new PlanFixture(directory);
  }

  @Test
  void withoutFilesOfStagesBothKeysAreTheSame() {
    BuildPlan plan = fixture.plan("FROM busybox", "RUN a", "RUN b");

    assertThat(contentKeys(plan, TwoKeysTest::same)).isEqualTo(plan.definitionKeys());
  }

  @Test
  void aStageThatMadeTheSameFilesAgainLeavesTheContentKeysAlone() {
    BuildPlan before = copying("RUN make");
    BuildPlan after = copying("RUN make all");

    assertThat(after.definitionKeys()).doesNotContainAnyElementsOf(before.definitionKeys());
    assertThat(contentKeys(after, TwoKeysTest::same).subList(1, 3))
        .isEqualTo(contentKeys(before, TwoKeysTest::same).subList(1, 3));
  }

  @Test
  void aStageThatMadeOtherFilesChangesTheContentKeysOfAllBehind() {
    BuildPlan plan = copying("RUN make");

    assertThat(contentKeys(plan, files -> Digest.of("other")).subList(1, 3))
        .doesNotContainAnyElementsOf(contentKeys(plan, TwoKeysTest::same).subList(1, 3));
  }

  @Test
  void definitionAndContentKeyOfOneStepDifferWhereFilesOfAStageCount() {
    BuildPlan plan = copying("RUN make");

    assertThat(contentKeys(plan, TwoKeysTest::same).get(1))
        .isNotEqualTo(plan.definitionKeys().get(1));
  }

  @Test
  void theSourcesThatMustBeLookedAtAreKnown() {
    BuildPlan plan = copying("RUN make");

    assertThat(plan.steps().get(0).inputs().deferredSources()).isEmpty();
    assertThat(plan.steps().get(1).inputs().deferredSources())
        .containsExactly(
            new PlannedSource.Files(
                new RootFilesystem.Result(0), "build", List.of("/out"), List.of()));
  }

  @Test
  void predecessorsAreTheParentAndTheSources() {
    BuildPlan plan = copying("RUN make");

    assertThat(plan.steps().get(0).predecessors()).isEmpty();
    assertThat(plan.steps().get(1).predecessors()).containsExactly(0);
    assertThat(plan.steps().get(2).predecessors()).containsExactly(1);
  }

  private static Digest same(PlannedSource.Files files) {
    return Digest.of("same content at " + files.paths());
  }

  private BuildPlan copying(String make) {
    return fixture.plan(
        "FROM busybox AS build", make, "FROM busybox", "COPY --from=build /out /out", "RUN use");
  }

  private static List<StepKey> contentKeys(
      BuildPlan plan, Function<PlannedSource.Files, Digest> contentOf) {
    List<StepKey> keys = new ArrayList<>();
    plan.steps().forEach(step -> keys.add(step.inputs().contentKey(keys::get, contentOf)));
    return keys;
  }
}
