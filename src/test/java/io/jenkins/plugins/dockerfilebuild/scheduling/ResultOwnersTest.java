package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.StepImage;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.plan.BuildOptions;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may take which result of whose cache directories. */
class ResultOwnersTest {

  private static final CachePolicy FORK = CachePolicy.fork("a stranger's");

  /** Steps of the plan below. */
  private static final int WITH_CACHE = 0;

  private static final int PLAIN = 1;
  private static final int FROM_BOTH = 3;

  @TempDir private Path directory;

  @Test
  void whatACacheDirectoryWentIntoIsForItsNamespace() {
    StepImage made = made("job", CachePolicy.READ_WRITE, WITH_CACHE);

    assertThat(owners("job", CachePolicy.READ_WRITE).mayTake(made)).isTrue();
    assertThat(owners("job", CachePolicy.READ_ONLY).mayTake(made)).isTrue();
    assertThat(owners("other", CachePolicy.READ_WRITE).mayTake(made)).isFalse();
  }

  @Test
  void soIsWhatIsMadeFromIt() {
    StepImage made = made("job", CachePolicy.READ_WRITE, FROM_BOTH);

    assertThat(owners("other", CachePolicy.READ_WRITE).mayTake(made)).isFalse();
  }

  @Test
  void otherResultsAreEverybodys() {
    StepImage made = made("job", FORK, PLAIN);

    assertThat(owners("other", CachePolicy.READ_WRITE).mayTake(made)).isTrue();
  }

  /** Who proposes a change must not choose what the project builds once it has taken the change. */
  @Test
  void aForkTakesWhatItsNamespaceMadeAndNotTheOtherWayRound() {
    StepImage ofTheProject = made("job", CachePolicy.READ_WRITE, WITH_CACHE);
    StepImage ofTheFork = made("job", FORK, WITH_CACHE);

    assertThat(owners("job", FORK).mayTake(ofTheProject)).isTrue();
    assertThat(owners("job", FORK).mayTake(ofTheFork)).isTrue();
    assertThat(owners("job", CachePolicy.READ_WRITE).mayTake(ofTheFork)).isFalse();
    assertThat(owners("job", CachePolicy.fork("another's")).mayTake(ofTheFork)).isFalse();
  }

  @Test
  void nobodyWaitsForAResultThatHeMayNotTake() {
    assertThat(flight("job", FORK, WITH_CACHE))
        .isNotEqualTo(flight("job", CachePolicy.READ_WRITE, WITH_CACHE));
    assertThat(flight("job", FORK, PLAIN))
        .isEqualTo(flight("other", CachePolicy.READ_WRITE, PLAIN));
  }

  private StepImage made(String namespace, CachePolicy policy, int step) {
    BuildPlan plan = plan(namespace);
    return new StepImage(
        "sha256:1", ResultOwners.of(plan, policy).labels(plan.steps().get(step)), 0);
  }

  private ResultOwners owners(String namespace, CachePolicy policy) {
    return ResultOwners.of(plan(namespace), policy);
  }

  private String flight(String namespace, CachePolicy policy, int step) {
    BuildPlan plan = plan(namespace);
    return ResultOwners.of(plan, policy)
        .flight(plan.steps().get(step), plan.definitionKeys().get(step));
  }

  private BuildPlan plan(String namespace) {
    return TestPlans.of(
        BuildOptions.of(Platform.parse("linux/amd64")).withCacheNamespace(namespace),
        directory,
        "FROM scratch AS made",
        "RUN --mount=type=cache,target=/c [\"make\"]",
        "FROM scratch AS plain",
        "RUN [\"plain\"]",
        "FROM scratch",
        "COPY --from=made /x /",
        "COPY --from=plain /y /");
  }
}
