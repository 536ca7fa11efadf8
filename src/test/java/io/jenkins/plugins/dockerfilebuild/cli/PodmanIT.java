package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestPodman;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Podman's engine: alone, and in a pool with Docker's. */
class PodmanIT {

  @TempDir private static Path folder;
  private static TestPodman podman;
  private static TestEngine engine;

  @TempDir private Path directory;
  private Path context;

  @BeforeAll
  static void start() throws Exception {
    podman = TestPodman.start(folder);
    engine = podman.engine();
  }

  @AfterAll
  static void stop() throws Exception {
    podman.close();
  }

  @BeforeEach
  void context() throws IOException {
    context = Files.createDirectory(directory.resolve("context"));
  }

  /** BASE is the base image of tests, with something that no other build has. */
  private void dockerfile(String... lines) throws IOException {
    String text = String.join("\n", lines) + "\n";
    Files.writeString(
        context.resolve("Dockerfile"),
        text.replaceAll(
            "(?m)^FROM BASE(.*)$",
            "FROM " + TestEngine.BUSYBOX + "$1\nENV SALT=" + UUID.randomUUID()));
  }

  private CommandRun build(String... agents) {
    List<String> all = new ArrayList<>(List.of("build"));
    for (String agent : agents) {
      all.addAll(List.of("--agent", agent));
    }
    all.addAll(List.of("--state", directory.resolve("state").toString(), context.toString()));
    return CommandRun.withInput("", Map.of(), all.toArray(String[]::new));
  }

  @Test
  void stepsWithMountsRunAreCachedAndRunAgainWhenTheirFilesChange() throws IOException {
    Files.writeString(context.resolve("source"), "one");
    dockerfile(
        "FROM BASE AS made",
        "RUN --mount=type=bind,target=/src --mount=type=cache,target=/c --mount=type=tmpfs,target=/t"
            + " cat /src/source >/made && touch /t/x && echo x >>/c/log"
            + " && echo the log has $(wc -l </c/log) lines",
        "WORKDIR /work",
        "COPY source .",
        "FROM scratch",
        "COPY --from=made /made /work/source /",
        "LABEL a=b");
    CommandRun first = build("p=" + engine.host());
    assertThat(first.err()).contains("the log has 1 lines").contains("3 executed");
    assertThat(first.status()).isZero();

    CommandRun again = build("p=" + engine.host());
    assertThat(again.err()).contains("3 cached").doesNotContain("the log has 1 lines");

    Files.writeString(context.resolve("source"), "two");
    CommandRun changed = build("p=" + engine.host());
    assertThat(changed.err())
        .contains("source changed", "the log has 2 lines")
        .contains("3 executed");
  }

  @Test
  void aFailingCommandIsToldAndNothingStays() throws IOException {
    dockerfile("FROM BASE", "RUN echo last words && exit 3");
    CommandRun failed = build("p=" + engine.host());
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.err()).contains("last words", "status 3");
    assertThat(engine.containers("last words")).isEmpty();
  }

  @Test
  void layersPassBetweenDockerAndPodman() throws IOException {
    dockerfile(
        "FROM BASE AS a",
        "RUN sleep 2 && echo a >/a",
        "FROM BASE AS b",
        "RUN sleep 2 && echo b >/b",
        "FROM a",
        "COPY --from=b /b /",
        "RUN echo found $(cat /a /b)");
    CommandRun mixed = build("d=" + TestEngine.first().host(), "p=" + engine.host());
    assertThat(mixed.err()).contains("done in").contains(" on d", " on p", "found a b");
    assertThat(mixed.err()).contains("sent image");
    assertThat(mixed.status()).isZero();
  }
}
