package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a step misses, in words. */
class RecordedInputsTest {

  @TempDir Path directory;
  private PlanFixture fixture;
  private final Map<Digest, Tree> trees = new HashMap<>();

  @BeforeEach
  void createFixture() {
    fixture =
        new PlanFixture(directory).file("src/App.java", "a").file("src/B.java", "b").file("f", "f");
  }

  @Test
  void equalInputsDoNotDiffer() {
    assertThat(difference(record("RUN x"), record("RUN x"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RUN make -j2|RUN make -j4|INSTRUCTION|command make -j2 -> make -j4",
        "ARG A=41;RUN x|ARG A=42;RUN x|ENVIRONMENT|ARG A 41 -> 42",
        "RUN x|ENV A=b;RUN x|ENVIRONMENT|ENV A added: b",
        "ENV A=b;RUN x|RUN x|ENVIRONMENT|ENV A removed",
        "ENV A=;RUN x|ENV A=b;RUN x|ENVIRONMENT|ENV A \"\" -> b",
        "WORKDIR /;USER a;RUN x|USER b;RUN x|SETTINGS|user a -> b",
        "RUN x|RUN --network=none x|SETTINGS|network default -> none",
        "RUN --mount=target=/m,source=src x|RUN --mount=target=/m,source=src,rw x|MOUNT_OPTIONS|"
            + "mount /m options type=bind ro -> type=bind rw",
        "COPY src /a|COPY src /b|INSTRUCTION|destination /a -> /b",
        "RUN a;RUN x|RUN b;RUN x|PARENT|starts from the result of RUN b, was the result of"
            + " RUN a",
      })
  void theFirstInputThatDiffersIsTold(String before, String now, String cause, String detail) {
    assertThat(difference(record(before), record(now)))
        .contains(new Miss(Miss.Cause.valueOf(cause), detail));
  }

  @Test
  void aStepBeforeThatHasAnotherResultIsNamed() {
    RecordedInputs before = record("RUN --mount=source=src,target=/s a;RUN x");
    fixture.file("src/App.java", "changed");

    assertThat(difference(before, record("RUN --mount=source=src,target=/s a;RUN x")))
        .map(Miss::detail)
        .contains("the result of RUN --mount=source=src,target=/s a has changed");
  }

  @Test
  void aBaseImageThatHasChangedIsNamed() {
    RecordedInputs before = record("RUN x");
    fixture.image("busybox", ImageConfig.scratch(PlanFixture.AMD64), "new layer");

    assertThat(difference(before, record("RUN x")))
        .contains(new Miss(Miss.Cause.PARENT, "base image busybox has changed"));
  }

  @Test
  void filesThatChangedAreNamed() {
    RecordedInputs before = record("RUN --mount=source=src,target=/s x");
    fixture.file("src/App.java", "changed").file("src/B.java", "changed").file("src/C.java", "");

    assertThat(difference(before, record("RUN --mount=source=src,target=/s x")))
        .contains(new Miss(Miss.Cause.MOUNT_CONTENT, "src/App.java changed (and 2 more)"));
  }

  @Test
  void aSingleFileIsNamedByItsPath() {
    RecordedInputs before = record("COPY src/B.java f /d/");
    fixture.file("src/B.java", "changed");

    assertThat(difference(before, record("COPY src/B.java f /d/")))
        .contains(new Miss(Miss.Cause.COPIED_CONTENT, "src/B.java changed"));
  }

  @Test
  void filesOfTheWholeContextAreNamedWithoutAPrefix() {
    RecordedInputs before = record("COPY . /d/");
    fixture.file("f", "changed");

    assertThat(difference(before, record("COPY . /d/")))
        .contains(new Miss(Miss.Cause.COPIED_CONTENT, "f changed"));
  }

  @Test
  void withoutTheTreesTheSourceIsNamed() {
    RecordedInputs before = record("COPY src /d/");
    fixture.file("src/B.java", "changed");
    RecordedInputs now = record("COPY src /d/");

    assertThat(now.difference(before, digest -> Optional.empty()))
        .contains(new Miss(Miss.Cause.COPIED_CONTENT, "src changed"));
  }

  @Test
  void filesOfAStageThatChangedAreNamedByStageAndPath() {
    String lines = "COPY --from=busybox /bin/sh /sh";

    assertThat(
            difference(
                record(lines, files -> Digest.of("old")), record(lines, files -> Digest.of("new"))))
        .contains(new Miss(Miss.Cause.COPIED_CONTENT, "busybox:/bin/sh changed"));
  }

  @ParameterizedTest
  @CsvSource({"NPM_TOKEN", "password", "AWS_SECRET_ACCESS_KEY", "api_key", "DbPasswd_x"})
  void valuesThatMayBeSecretAreNeverShownOrKept(String name) {
    boolean matched = !name.equals("DbPasswd_x");
    RecordedInputs before = record("ARG " + name + "=hunter1;RUN x");
    RecordedInputs now = record("ARG " + name + "=hunter2;RUN x");

    if (matched) {
      assertThat(difference(before, now)).map(Miss::detail).contains("ARG " + name + " changed");
      assertThat(String.join("", now.lines())).doesNotContain("hunter");
    } else {
      assertThat(difference(before, now)).isPresent();
    }
  }

  @Test
  void longValuesAreCutAroundTheFirstDifference() {
    String start = "a".repeat(100);

    assertThat(difference(record("RUN " + start + "1" + start), record("RUN " + start + "2")))
        .map(Miss::detail)
        .contains("command …aaaaaaaaaaaa1aaaaaaaaaaaaaaaaaaaaaaaaaaa… -> …aaaaaaaaaaaa2");
  }

  @Test
  void severalMountsOfOneTargetAreKeptApart() {
    String lines = "RUN --mount=source=src,target=/s --mount=type=tmpfs,target=/s,size=SIZE x";

    assertThat(difference(record(lines.replace("SIZE", "1m")), record(lines.replace("SIZE", "2m"))))
        .map(Miss::detail)
        .contains("mount /s #2 options type=tmpfs size=1048576 rw -> type=tmpfs size=2097152 rw");
  }

  @Test
  void linesReadBack() {
    RecordedInputs inputs = record("ENV A=b\\\\n\\ttab;COPY src /d/;RUN printf 'a\\tb';COPY f /");

    assertThat(RecordedInputs.parse(inputs.lines())).isEqualTo(inputs);
  }

  @Test
  void otherLinesAreRefused() {
    assertThatThrownBy(() -> RecordedInputs.parse(List.of("nonsense")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a recorded input: nonsense");
  }

  private Optional<Miss> difference(RecordedInputs before, RecordedInputs now) {
    return RecordedInputs.parse(now.lines())
        .difference(
            RecordedInputs.parse(before.lines()), digest -> Optional.ofNullable(trees.get(digest)));
  }

  private RecordedInputs record(String instructions) {
    return record(instructions, files -> Digest.of("content"));
  }

  /** Records the last step of instructions that are separated by semicolons. */
  private RecordedInputs record(
      String instructions, Function<PlannedSource.Files, Digest> contentOf) {
    BuildPlan plan = fixture.plan("FROM busybox\n" + instructions.replace(';', '\n'));
    List<StepKey> keys = new ArrayList<>();
    for (PlannedStep step : plan.steps()) {
      keys.add(step.inputs().contentKey(keys::get, contentOf));
      remember(step.operation());
    }
    return plan.steps().get(plan.steps().size() - 1).inputs().record(keys::get, contentOf);
  }

  private void remember(PlannedOperation operation) {
    if (operation instanceof PlannedOperation.Run run) {
      run.mounts().stream()
          .filter(PlannedMount.Bind.class::isInstance)
          .forEach(mount -> remember(((PlannedMount.Bind) mount).source()));
    } else if (operation instanceof PlannedOperation.Transfer transfer) {
      transfer.sources().forEach(this::remember);
    }
  }

  private void remember(PlannedSource source) {
    if (source instanceof PlannedSource.Context context) {
      trees.put(context.tree().digest(), context.tree());
    }
  }
}
