package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Build contexts by name, on two real engines. */
class NamedContextIT {

  @TempDir private Path directory;
  private Path shared;

  @BeforeEach
  void twoContexts() throws IOException {
    Files.createDirectory(directory.resolve("context"));
    shared = Files.createDirectories(directory.resolve("shared/lib")).getParent();
    Files.writeString(shared.resolve("lib/a.h"), "first");
    Files.writeString(shared.resolve("secret"), "not for the build");
    Files.writeString(shared.resolve(".dockerignore"), "secret");
    // No image here is called "base", and none "made" is ever made: a build that took these fails.
    Files.writeString(
        directory.resolve("context/Dockerfile"),
        """
        FROM base AS left
        ENV SALT=%1$s
        RUN --mount=from=shared,target=/x ! test -e /x/secret && cat /x/lib/a.h >/left
        FROM never AS made
        RUN false
        FROM base
        ENV SALT=%1$s
        COPY --from=shared lib/*.h /headers/
        COPY --from=left /left /
        RUN --mount=from=made,target=/tools /tools/bin/busybox cat /left /headers/a.h
        """
            .formatted(UUID.randomUUID()));
  }

  private CommandRun build() {
    return CommandRun.withInput(
        "",
        Map.of(),
        "build",
        "--agent",
        "a1=" + TestEngine.first().host(),
        "--agent",
        "a2=" + TestEngine.second().host(),
        "--state",
        directory.resolve("state").toString(),
        "--build-context",
        "shared=" + shared,
        "--build-context",
        "base=docker-image://" + TestEngine.BUSYBOX,
        "--build-context",
        "made=docker-image://" + TestEngine.BUSYBOX,
        directory.resolve("context").toString());
  }

  @Test
  void filesAndImagesAreTakenFromThemAndCountForWhatTheyHold() throws IOException {
    CommandRun first = build();
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(first.err()).contains("firstfirst").contains(": 4 executed");

    CommandRun again = build();
    assertThat(again.status()).as(again.err()).isZero();
    assertThat(again.err()).contains(": 4 cached");

    Files.writeString(shared.resolve("lib/a.h"), "second");
    CommandRun changed = build();
    assertThat(changed.status()).as(changed.err()).isZero();
    assertThat(changed.err())
        .contains("secondsecond")
        .contains("runs because shared/lib/a.h changed")
        .contains("runs because shared:lib/a.h changed");
  }
}
