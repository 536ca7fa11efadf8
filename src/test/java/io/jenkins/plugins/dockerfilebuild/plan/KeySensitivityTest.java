package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What changes the key of a step, and what must not. */
class KeySensitivityTest {

  @TempDir Path directory;
  private PlanFixture fixture;

  @BeforeEach
  void createFixture() {
    fixture =
        new PlanFixture(directory)
            .file("src/a.c", "a")
            .file("copy/a.c", "a")
            .file("src/b.c", "b")
            .file("other", "o");
  }

  static Stream<Arguments> counted() {
    return Stream.of(
        pair("the command", "RUN x", "RUN y"),
        pair("exec or shell form", "RUN x", "RUN [\"x\"]"),
        pair("the shell", "RUN x", "SHELL [\"/bin/ash\", \"-c\"]\nRUN x"),
        pair("a variable's value", "ENV A=1\nRUN x", "ENV A=2\nRUN x"),
        pair("a variable's name", "ENV A=1\nRUN x", "ENV B=1\nRUN x"),
        pair("an ARG in scope", "RUN x", "ARG A=1\nRUN x"),
        pair("user", "RUN x", "USER me\nRUN x"),
        pair("working directory", "WORKDIR /a\nRUN x", "WORKDIR /b\nRUN x"),
        pair("a directory to make", "RUN x", "WORKDIR /a\nWORKDIR /\nRUN x"),
        pair("its owner", "WORKDIR /a\nUSER u\nRUN x", "USER u\nWORKDIR /a\nRUN x"),
        pair("network", "RUN x", "RUN --network=none x"),
        pair("security", "RUN x", "RUN --security=insecure x"),
        pair("the step before", "RUN a\nRUN x", "RUN b\nRUN x"),
        pair("the number of steps before", "RUN a\nRUN x", "RUN x"),
        pair("a here-document's text", "RUN <<E\n#!/bin/awk\na\nE", "RUN <<E\n#!/bin/awk\nb\nE"),
        pair(
            "a mount's target",
            "RUN --mount=source=src,target=/a x",
            "RUN --mount=source=src,target=/b x"),
        pair("a mount at all", "RUN x", "RUN --mount=type=tmpfs,target=/b x"),
        pair(
            "read-only or not",
            "RUN --mount=source=src,target=/a x",
            "RUN --mount=source=src,target=/a,rw x"),
        pair(
            "what a bind mount shows",
            "RUN --mount=source=src,target=/a x",
            "RUN --mount=source=copy,target=/a x"),
        pair(
            "a tmpfs' size",
            "RUN --mount=type=tmpfs,target=/a x",
            "RUN --mount=type=tmpfs,target=/a,size=1m x"),
        pair(
            "a new cache directory's mode",
            "RUN --mount=type=cache,target=/a x",
            "RUN --mount=type=cache,target=/a,mode=0777 x"),
        pair(
            "what a cache directory starts from",
            "RUN --mount=type=cache,target=/a x",
            "RUN --mount=type=cache,target=/a,from=busybox x"),
        pair(
            "a secret's id",
            "RUN --mount=type=secret,id=a,target=/s x",
            "RUN --mount=type=secret,id=b,target=/s x"),
        pair(
            "a secret's variable",
            "RUN --mount=type=secret,id=a,env=A x",
            "RUN --mount=type=secret,id=a,env=B x"),
        pair("the copied content", "COPY src /d", "COPY copy /d"),
        pair("a copied file's name", "COPY src/b.c /d/", "COPY other /d/"),
        pair("the destination", "COPY src /d", "COPY src /e"),
        pair("whether it is a directory", "COPY other /d", "COPY other /d/"),
        pair("the owner", "COPY src /d", "COPY --chown=1 src /d"),
        pair("the mode", "COPY src /d", "COPY --chmod=700 src /d"),
        pair("parents", "COPY src /d", "COPY --parents src /d"),
        pair("the order of sources", "COPY src copy /d/", "COPY copy src /d/"),
        pair("COPY or ADD", "COPY other /d", "ADD other /d"),
        pair("unpacking", "ADD other /d", "ADD --unpack=false other /d"),
        pair("a here-document's content", "COPY <<E /d\na\nE", "COPY <<E /d\nb\nE"),
        pair("the image copied from", "COPY --from=busybox / /", "COPY --from=alpine / /"),
        pair("the path copied from", "COPY --from=busybox /a /", "COPY --from=busybox /b /"),
        pair("excludes", "COPY --from=busybox / /", "COPY --from=busybox --exclude=a / /"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("counted")
  void changesTheKey(String what, String one, String other) {
    fixture.image("alpine");

    assertThat(key(one)).isNotEqualTo(key(other));
  }

  static Stream<Arguments> notCounted() {
    return Stream.of(
        pair("labels", "RUN x", "LABEL a=b\nRUN x"),
        pair(
            "what only the image's configuration has",
            "RUN x",
            "EXPOSE 1\nVOLUME /v\nCMD c\nENTRYPOINT e\nSTOPSIGNAL 9\nONBUILD RUN y\nRUN x"),
        pair("an ARG without value", "RUN x", "ARG A\nRUN x"),
        pair("ARG or ENV", "ARG A=1\nRUN x", "ENV A=1\nRUN x"),
        pair("the order of variables", "ENV A=1 B=2\nRUN x", "ENV B=2 A=1\nRUN x"),
        pair("a value that was replaced", "ENV A=1\nRUN x", "ENV A=2\nENV A=1\nRUN x"),
        pair("a variable that comes later", "RUN x", "RUN x\nENV A=1"),
        pair("comments and layout", "RUN x", "# why\n\nrun \\\n  x"),
        pair(
            "a cache directory's id",
            "RUN --mount=type=cache,target=/a x",
            "RUN --mount=type=cache,target=/a,id=b x"),
        pair(
            "its sharing",
            "RUN --mount=type=cache,target=/a x",
            "RUN --mount=type=cache,target=/a,sharing=locked x"),
        pair(
            "its default mode, written",
            "RUN --mount=type=cache,target=/a x",
            "RUN --mount=type=cache,target=/a,mode=0755,uid=0 x"),
        pair(
            "the order of mounts",
            "RUN --mount=type=tmpfs,target=/a --mount=source=src,target=/b x",
            "RUN --mount=source=src,target=/b --mount=type=tmpfs,target=/a x"),
        pair("the order of options", "RUN --mount=rw,target=/b x", "RUN --mount=target=/b,rw x"),
        pair(
            "where the mounted files lie",
            "RUN --mount=source=src/a.c,target=/b x",
            "RUN --mount=source=copy/a.c,target=/b x"),
        pair("where the copied file lies", "COPY src/a.c /d/", "COPY copy/a.c /d/"),
        pair("where the copied directory lies", "COPY src/. /d/", "COPY ./src /d/"),
        pair("link", "COPY src /d", "COPY --link src /d"),
        pair("how the destination is written", "COPY src /d/e", "WORKDIR /\nCOPY src d/./e"),
        pair("what a stage is called", "COPY --from=busybox /a /", "COPY --from=same-layers /a /"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("notCounted")
  void doesNotChangeTheKey(String what, String one, String other) {
    fixture.image("same-layers", ImageConfig.scratch(PlanFixture.AMD64), "layer of busybox");

    assertThat(key(one)).isEqualTo(key(other));
  }

  @Test
  void theBaseImageCountsByItsLayersOnly() {
    fixture
        .image("renamed", ImageConfig.scratch(PlanFixture.AMD64), "layer of busybox")
        .image("updated", ImageConfig.scratch(PlanFixture.AMD64), "new layer");

    StepKey key = fixture.key("FROM busybox", "RUN x");

    assertThat(fixture.key("FROM renamed", "RUN x")).isEqualTo(key);
    assertThat(fixture.key("FROM updated", "RUN x")).isNotEqualTo(key);
  }

  @Test
  void theBaseImagesConfigurationCountsThroughWhatTheCommandSees() {
    ImageConfig labelled = fixture.config("FROM scratch", "LABEL a=b");
    ImageConfig withUser = fixture.config("FROM scratch", "USER me");
    fixture
        .image("labelled", labelled, "layer of busybox")
        .image("with-user", withUser, "layer of busybox");

    StepKey key = fixture.key("FROM busybox", "RUN x");

    assertThat(fixture.key("FROM labelled", "RUN x")).isEqualTo(key);
    assertThat(fixture.key("FROM with-user", "RUN x")).isNotEqualTo(key);
  }

  @Test
  void anEmptyImageIsScratch() {
    assertThat(new RootFilesystem.Scratch().key(step -> new StepKey(Digest.of(""))))
        .isEqualTo(StepKey.ofLayers(List.of()));
  }

  @Test
  void proxiesAndTheCacheNamespaceDoNotCount() {
    StepKey key = key("RUN --mount=type=cache,target=/c x");

    fixture.argument("HTTP_PROXY", "http://p:1").argument("BUILDKIT_CACHE_MOUNT_NS", "n");
    fixture.options(fixture.options().withCacheNamespace("job").withLabels(Map.of("a", "b")));

    assertThat(key("RUN --mount=type=cache,target=/c x")).isEqualTo(key);
  }

  @Test
  void aDeclaredProxyCounts() {
    StepKey without = key("ARG HTTP_PROXY\nRUN x");
    fixture.argument("HTTP_PROXY", "http://p:1");

    assertThat(key("ARG HTTP_PROXY\nRUN x")).isNotEqualTo(without);
  }

  @Test
  void thePlatformCounts() {
    StepKey key = fixture.key("FROM scratch", "RUN x");
    fixture.options(fixture.options().withPlatform(Platform.parse("linux/arm64")));

    assertThat(fixture.key("FROM scratch", "RUN x")).isNotEqualTo(key);
  }

  @Test
  void aTouchedFileDoesNotCountAChangedOneDoes() throws IOException {
    String mounted = "RUN --mount=source=src,target=/s x";
    String copied = "COPY src /s";
    StepKey mountKey = key(mounted);
    StepKey copyKey = key(copied);

    Files.setLastModifiedTime(directory.resolve("src/a.c"), FileTime.fromMillis(0));
    assertThat(key(mounted)).isEqualTo(mountKey);
    assertThat(key(copied)).isEqualTo(copyKey);

    fixture.file("src/a.c", "changed");
    assertThat(key(mounted)).isNotEqualTo(mountKey);
    assertThat(key(copied)).isNotEqualTo(copyKey);
  }

  @Test
  void aChangedModeCounts() throws IOException {
    StepKey key = key("COPY src /s");

    Files.setPosixFilePermissions(
        directory.resolve("src/a.c"), PosixFilePermissions.fromString("rwx------"));

    assertThat(key("COPY src /s")).isNotEqualTo(key);
  }

  @Test
  void aFileThatTheStepCannotSeeDoesNotCount() {
    StepKey key = key("RUN --mount=source=src,target=/s x");

    fixture.file("other", "changed").file("more", "m");

    assertThat(key("RUN --mount=source=src,target=/s x")).isEqualTo(key);
  }

  private StepKey key(String instructions) {
    return fixture.key("FROM busybox\n" + instructions);
  }

  private static Arguments pair(String what, String one, String other) {
    return Arguments.of(what, one, other);
  }
}
