package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources, destinations and flags of COPY and ADD. */
class TransferPlanTest {

  @TempDir Path directory;
  private PlanFixture fixture;

  @BeforeEach
  void createFixture() {
    fixture =
        new PlanFixture(directory)
            .file("app.c", "c")
            .file("app.h", "h")
            .file("lib/one.c", "1")
            .file("lib/sub/two.c", "2");
  }

  @Test
  void wildcardsBecomeTheFilesThatMatch() {
    assertThat(paths(fixture.transfer("FROM busybox", "COPY app.? lib/*.c /src/")))
        .containsExactly("app.c", "app.h", "lib/one.c");
  }

  @Test
  void wildcardsThatMatchNothingCopyNothing() {
    BuildPlan plan = fixture.plan("FROM busybox", "COPY *.zip /src/");

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.warnings())
        .extracting(warning -> warning.line() + " " + warning.message())
        .containsExactly("2 no file matches *.zip");
  }

  @Test
  void aSourceThatDoesNotExistIsRefusedWithTheNearestName() {
    refused(
        "Dockerfile:2: \"lib/one.cc\" not found in the build context (did you mean lib/one.c?)",
        "COPY lib/one.cc /");
  }

  @Test
  void aSourceThatIsLikeNothingIsRefusedWithAHint() {
    refused(
        "Dockerfile:2: \"elsewhere\" not found in the build context (the path is relative to the"
            + " context; .dockerignore may leave it out)",
        "COPY elsewhere /");
  }

  @ParameterizedTest
  @CsvSource({
    "x, /w/x",
    "x/, /w/x/",
    "., /w/",
    "./, /w/",
    "../x/./y, /x/y",
    "/abs, /abs",
    "/abs/, /abs/",
    "/, /",
  })
  void destinationsAreRelativeToTheWorkingDirectory(String written, String absolute) {
    assertThat(
            fixture.transfer("FROM busybox", "WORKDIR /w", "COPY app.c " + written).destination())
        .isEqualTo(absolute);
  }

  @Test
  void severalSourcesNeedADirectory() {
    refused(
        "Dockerfile:2: When using COPY with more than one source file, the destination must be a"
            + " directory and end with a / (write /src/)",
        "COPY app.c app.h /src");
    assertThat(fixture.transfer("FROM busybox", "COPY app.c app.h .").sources()).hasSize(2);
  }

  @Test
  void ownerAndModeMayHoldVariables() {
    PlannedOperation.Transfer transfer =
        fixture.transfer("FROM busybox", "ARG U=me M=640", "COPY --chown=$U:g --chmod=$M app.c /");

    assertThat(transfer.owner()).contains("me:g");
    assertThat(transfer.mode()).contains("640");
  }

  @ParameterizedTest
  @ValueSource(strings = {"755", "0755", "04755", "u=rwX,go=rX", "+x", "a-w"})
  void modesAreOctalOrSymbolic(String mode) {
    assertThat(fixture.transfer("FROM busybox", "COPY --chmod=" + mode + " app.c /").mode())
        .contains(mode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"99999", "888", "u~x", "rwx"})
  void otherModesAreRefused(String mode) {
    refused(
        "Dockerfile:2: invalid chmod parameter: '"
            + mode
            + "'. it should be octal string and between 0 and 07777 (or symbolic, as in"
            + " u=rwX,go=rX)",
        "COPY --chmod=" + mode + " app.c /");
  }

  @Test
  void addUnpacksUnlessToldOtherwise() {
    assertThat(unpacks("ADD app.c /")).isTrue();
    assertThat(unpacks("ADD --unpack=false app.c /")).isFalse();
    assertThat(unpacks("COPY app.c /")).isFalse();
  }

  @Test
  void remoteSourcesAreRefusedWithAWayOut() {
    refused(
        "Dockerfile:2: ADD of https://example.com/x.tgz is not supported yet (fetch it with a RUN,"
            + " or put it into the build context)",
        "ADD https://example.com/x.tgz /");
    refused("Dockerfile:2: source can't be a URL for COPY", "COPY https://example.com/x.tgz /");
    refused("Dockerfile:2: source can't be a git ref for COPY", "COPY git@example.com:a/b.git /");
  }

  @Test
  void hereDocumentsBecomeFilesWithVariablesUnlessQuoted() {
    PlannedOperation.Transfer transfer =
        fixture.transfer(
            "FROM busybox", "ENV A=1", "COPY <<x <<-'y' /d/", "a=$A", "x", "\ta=$A", "y");

    assertThat(transfer.sources())
        .extracting(
            source -> {
              PlannedSource.Inline inline = (PlannedSource.Inline) source;
              return inline.name() + ":" + inline.content().asUtf8();
            })
        .containsExactly("x:a=1\n", "y:a=$A\n");
  }

  @Test
  void copiesFromAStageKeepWildcardsAndExcludes() {
    PlannedOperation.Transfer transfer =
        fixture.transfer(
            "FROM busybox AS a",
            "RUN x",
            "FROM scratch",
            "COPY --from=a --exclude=*.md out/*.txt /../doc/ /d/");

    assertThat(transfer.sources())
        .containsExactly(
            new PlannedSource.Files(
                new RootFilesystem.Result(0), "a", List.of("/out/*.txt", "/doc"), List.of("*.md")));
  }

  @Test
  void parentsKeepsThePivot() {
    PlannedOperation.Transfer transfer =
        fixture.transfer("FROM busybox", "COPY --parents lib/./sub/*.c /d/");

    assertThat(transfer.parents()).isTrue();
    assertThat(paths(transfer)).containsExactly("lib/./sub/two.c");
  }

  private boolean unpacks(String instruction) {
    return ((PlannedSource.Context) fixture.transfer("FROM busybox", instruction).sources().get(0))
        .unpack();
  }

  private static List<String> paths(PlannedOperation.Transfer transfer) {
    return transfer.sources().stream()
        .map(source -> ((PlannedSource.Context) source).path())
        .toList();
  }

  private void refused(String message, String instruction) {
    assertThatThrownBy(() -> fixture.plan("FROM busybox", instruction))
        .isInstanceOf(DockerfileException.class)
        .hasMessage(message);
  }
}
