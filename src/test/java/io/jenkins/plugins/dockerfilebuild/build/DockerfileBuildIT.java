package io.jenkins.plugins.dockerfilebuild.build;

import static io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status.CACHED;
import static io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status.EXECUTED;
import static io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status.FAILED;
import static io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status.SKIPPED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.build.BuildFixture.Built;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.execution.docker.SavedImage;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the mounts of RUN promise, on real engines. */
class DockerfileBuildIT {

  @TempDir Path directory;

  private BuildFixture builds;

  @BeforeEach
  void connect() throws IOException {
    builds = new BuildFixture(directory, TestEngine.first());
  }

  @Test
  void aChangedFileRerunsTheStepAndATouchedOneDoesNot() throws Exception {
    String[] dockerfile = {
      "FROM base AS main", "RUN --mount=target=/src,source=src cat /src/a", "RUN true"
    };
    Path file = builds.write("src/a", "one");
    builds.write("other", "not seen");
    assertThat(builds.build(dockerfile).statuses()).containsExactly(EXECUTED, EXECUTED);

    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2030-01-01T00:00:00Z")));
    builds.write("other", "changed, but no step sees it");
    assertThat(builds.build(dockerfile).statuses()).containsExactly(CACHED, CACHED);

    builds.write("src/a", "two");
    Built third = builds.build(dockerfile);
    assertThat(third.statuses()).containsExactly(EXECUTED, EXECUTED);
    assertThat(third.lines()).contains("two");
    assertThat(third.finished().get(0).miss().orElseThrow().detail()).contains("a", "changed");
  }

  @Test
  void mountedAndCopiedFilesKeepTheirTimes() throws Exception {
    Path file = builds.write("src/a", "A");
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_000_000_000)));
    Built built =
        builds.build(
            "FROM base AS main",
            "COPY src/a /copy",
            "RUN --mount=target=/src,source=src stat -c '%n %Y' /src/a /copy");
    assertThat(built.lines()).containsExactly("/src/a 1000000000", "/copy 1000000000");
  }

  /** As make needs it: newer than what was built before the change, older where nothing changed. */
  @Test
  void aChangedFileIsNewerThanWhatAnEarlierBuildLeftInACache() throws Exception {
    String[] dockerfile = {
      "FROM base AS main",
      "RUN --mount=target=/src,source=src --mount=type=cache,target=/objects"
          + " for f in a b; do if [ ! -e /objects/$f ] || [ /src/$f -nt /objects/$f ]; then"
          + " echo compile $f && cp /src/$f /objects/$f; fi; done; touch /objects/*"
    };
    builds.write("src/a", "A");
    builds.write("src/b", "B");
    assertThat(builds.build(dockerfile).lines()).containsExactly("compile a", "compile b");

    builds.loseBlobsOf(); // both files are placed anew
    Path changed = builds.write("src/b", "another B");
    Files.setLastModifiedTime(changed, FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(builds.build(dockerfile).lines()).containsExactly("compile b");
  }

  @Test
  void contentThatTheAgentHasLostIsSentAgain() throws Exception {
    builds.write("src/a", "A");
    builds.write("src/b", "B");
    String mount = "RUN --mount=target=/src,source=src cat /src/a /src/b && echo ";
    assertThat(builds.build("FROM base AS main", mount + 1).lines()).containsExactly("AB1");

    // The manifest of the tree stays, the files go, and so does the directory that holds them.
    builds.loseBlobsOf("A", "B");
    Built again =
        builds.build("FROM base AS main", mount + 2, "COPY src /src", "RUN cat /src/a /src/b");
    assertThat(again.lines()).containsExactly("AB2", "AB");
  }

  @Test
  void writesToAWritableBindAreGone() throws Exception {
    builds.write("src/a", "original\n");
    Built built =
        builds.build(
            "FROM base AS main",
            "RUN --mount=target=/src,source=src,rw echo lost > /src/a && touch /src/new",
            "RUN --mount=target=/src,source=src cat /src/a && ls /src");
    assertThat(built.lines()).containsExactly("original", "a");
    assertThat(directory.resolve("context/src/a")).hasContent("original\n");
  }

  @Test
  void aBindIsReadOnlyByDefault() throws Exception {
    builds.write("src/a", "original");
    Built built =
        builds.build("FROM base AS main", "RUN --mount=target=/src,source=src touch /src/new");
    assertThat(built.failure().exitCode()).isEqualTo(1);
    assertThat(built.statuses()).containsExactly(FAILED);
  }

  /** BuildKit hashes and mounts the source of a bind as it is: it knows no wildcards there. */
  @Test
  void noCharacterOfAMountsSourceIsAWildcard() throws Exception {
    Built built =
        builds.build(
            "# escape=`",
            "FROM base AS made",
            "RUN mkdir '/a\\b' '/c*' && echo one > '/a\\b/file' && echo two > '/c*/file'",
            "FROM base AS main",
            "RUN --mount=from=made,source=/a\\b,target=/in cat /in/file",
            "RUN --mount=from=made,source=/c*,target=/in cat /in/file");
    assertThat(built.lines()).containsExactly("one", "two");
  }

  @Test
  void filesOfAStageAreMounted() throws Exception {
    Built built =
        builds.build(
            "FROM base AS made",
            "RUN mkdir /out && echo from the stage > /out/file",
            "FROM base AS main",
            "RUN --mount=from=made,source=/out,target=/in cat /in/file");
    assertThat(built.lines()).contains("from the stage");
  }

  @Test
  void tmpfsIsEmptyInTheNextStep() throws Exception {
    Built built =
        builds.build(
            "FROM base AS main",
            "RUN --mount=type=tmpfs,target=/scratch,size=8m"
                + " touch /scratch/x && df -m /scratch | tail -n 1",
            "RUN --mount=type=tmpfs,target=/scratch ls -A /scratch | wc -l");
    assertThat(built.lines().get(0)).matches("tmpfs +8 .*");
    assertThat(built.lines().get(1).strip()).isEqualTo("0");
  }

  @Test
  void aCacheOutlivesTheBuildAndNoCacheKeepsIt() throws Exception {
    String[] dockerfile = {
      "FROM base AS main", "RUN --mount=type=cache,target=/c echo run >> /c/runs && wc -l < /c/runs"
    };
    assertThat(builds.build(dockerfile).lines()).containsExactly("1");
    assertThat(builds.build(dockerfile).statuses()).containsExactly(CACHED);
    Built again = builds.withoutCache().build(dockerfile);
    assertThat(again.lines()).containsExactly("2");
    assertThat(again.finished().get(0).mounts().get(0).hit()).isEqualTo("WARM");
  }

  @Test
  void stepsWithTheSameLockedCacheNeverOverlap() throws Exception {
    List<String> dockerfile = new ArrayList<>();
    int stages = 4;
    for (int i = 0; i < stages; i++) {
      dockerfile.add("FROM base AS stage" + i);
      dockerfile.add(
          "RUN --mount=type=cache,id=lock,sharing=locked,target=/c : "
              + i
              + " && mkdir /c/held && sleep 0.3 && rmdir /c/held && touch /done");
    }
    dockerfile.add("FROM base AS main");
    for (int i = 0; i < stages; i++) {
      dockerfile.add("COPY --from=stage" + i + " /done /done" + i);
    }
    Built built = builds.withoutCache().build(dockerfile.toArray(String[]::new));
    assertThat(built.statuses()).containsOnly(EXECUTED);
  }

  @Test
  void nothingMountedIsInAnyLayerAndMountPointsAreGone() throws Exception {
    builds.write("src/marker", "MOUNTED-CONTEXT");
    Built built =
        builds
            .withSecret("token", "MOUNTED-SECRET")
            .build(
                "FROM base AS main",
                "RUN --mount=target=/mnt/deep/src,source=src --mount=type=cache,target=/mnt/cache"
                    + " --mount=type=tmpfs,target=/mnt/scratch --mount=type=secret,id=token"
                    + " cat /mnt/deep/src/marker /run/secrets/token > /mnt/cache/both"
                    + " && cp /mnt/cache/both /mnt/scratch && touch /kept",
                "RUN ls / && ! test -e /mnt && ! test -e /run/secrets");
    assertThat(built.statuses()).containsExactly(EXECUTED, EXECUTED);
    SavedImage image = SavedImage.of(built.archive().toArray());
    for (byte[] content : image.files().values()) {
      assertThat(new String(content, StandardCharsets.ISO_8859_1))
          .doesNotContain("MOUNTED-CONTEXT", "MOUNTED-SECRET");
    }
    assertThat(image.layerFiles()).contains("kept").noneMatch(path -> path.startsWith("mnt"));
  }

  @Test
  void buildArgumentsAndVolumesOfEarlierStepsDoNotShineThrough() throws Exception {
    Built built =
        builds.build(
            "FROM base AS parent",
            "ARG SECRETIVE=value",
            "VOLUME /data",
            "RUN echo $SECRETIVE && mkdir -p /data && touch /data/kept",
            "FROM parent AS main",
            "RUN test -e /data/kept");
    assertThat(built.statuses()).containsExactly(EXECUTED, EXECUTED);
    assertThat(built.lines()).containsExactly("value");
    assertThat(new String(built.archive().toArray(), StandardCharsets.ISO_8859_1))
        .doesNotContain("\"SECRETIVE=value\"");
  }

  @Test
  void aFailedCommandNamesItsStatusAndWhatWasDoneIsCached() throws Exception {
    String[] broken = {"FROM base AS main", "RUN echo fine", "RUN exit 7", "RUN true"};
    Built first = builds.build(broken);
    assertThat(first.failure().exitCode()).isEqualTo(7);
    assertThat(first.statuses()).containsExactly(EXECUTED, FAILED, SKIPPED);
    assertThat(builds.build(broken).statuses()).containsExactly(CACHED, FAILED, SKIPPED);
  }

  @Test
  void aMissingSourceAndAnUnknownStageAreErrorsOfTheDockerfile() {
    assertThatThrownBy(() -> builds.build("FROM base AS main", "COPY nowhere /"))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> builds.build("FROM base AS main", "COPY --from=mian:nothing@x /a /"))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void independentStagesRunOnTwoAgentsAndTheirLayersMeet() throws Exception {
    BuildFixture two = new BuildFixture(directory, TestEngine.first(), TestEngine.second());
    String[] dockerfile = {
      "FROM base AS left",
      "RUN sleep 1 && echo left > /left",
      "FROM base AS right",
      "RUN sleep 1 && echo right > /right",
      "FROM base AS main",
      "COPY --from=left /left /",
      "COPY --from=right /right /",
      "RUN cat /left /right"
    };
    Built built = two.withoutCache().build(dockerfile);
    assertThat(built.lines()).containsExactly("left", "right");
    assertThat(built.finished())
        .extracting(step -> step.agent().orElse(""))
        .contains("agent-1", "agent-2");
  }

  @Test
  void anInterruptedBuildStopsItsContainers() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Future<Built> build = thread.submit(() -> builds.build("FROM base AS main", "RUN sleep 1000"));
    TestEngine engine = TestEngine.first();
    assertThat(engine.awaitContainer("sleep 1000")).isTrue();
    thread.shutdownNow();
    assertThatThrownBy(build::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(engine.containers("sleep 1000")).isEmpty();
  }
}
