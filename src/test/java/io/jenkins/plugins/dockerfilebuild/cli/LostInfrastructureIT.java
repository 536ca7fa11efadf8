package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.docker.PrivateEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds whose engine dies, or whose disks are full, by the real command line on real engines: what
 * the user is told, what is cached once it is repaired, and that nothing half done is a hit.
 */
@Timeout(300)
class LostInfrastructureIT {

  @TempDir private Path directory;
  private Path context;
  private final String salt = UUID.randomUUID().toString();

  @BeforeEach
  void anEmptyContext() throws IOException {
    context = Files.createDirectory(directory.resolve("context"));
  }

  private void dockerfile(String... lines) throws IOException {
    String text =
        String.join("\n", lines)
            .replace("RUN ", "RUN --network=none ")
            .replaceAll("FROM base( AS \\w+)?", "FROM " + TestEngine.BUSYBOX + "$1\nENV S=" + salt);
    Files.writeString(context.resolve("Dockerfile"), text + "\n");
  }

  private CommandRun build(String... options) {
    List<String> all = new ArrayList<>(List.of("build"));
    if (!List.of(options).contains("--state")) {
      all.addAll(List.of("--state", directory.resolve("state").toString()));
    }
    all.addAll(List.of(options));
    all.add(context.toString());
    return CommandRun.withInput("", Map.of(), all.toArray(String[]::new));
  }

  private FutureTask<CommandRun> begin(String... options) {
    FutureTask<CommandRun> task = new FutureTask<>(() -> build(options));
    new Thread(task, "build").start();
    return task;
  }

  private Path secret(String value) throws IOException {
    return Files.writeString(directory.resolve("secret"), value);
  }

  private Path home() throws IOException {
    return Files.createDirectory(directory.resolve("engine"));
  }

  @Test
  void anEngineThatDiesDuringARunEndsTheBuildAndIsTakenUpAgainWhenItIsBack() throws Exception {
    // A secret's value is in no key: with "wait" and without, it is the same step.
    dockerfile(
        "FROM base",
        "RUN echo first > /first",
        "RUN --mount=type=secret,id=s [ -e /half ] && echo HALF; echo half > /half;"
            + " [ $(cat /run/secrets/s) = go ] || sleep 1000",
        "RUN cat /first /half");
    Path home = home();
    String agent;
    CommandRun broken;
    String[] options;
    try (PrivateEngine engine = PrivateEngine.start(home)) {
      agent = "a1=" + engine.host();
      options =
          new String[] {"--agent", agent, "--secret", "id=s,src=" + directory.resolve("secret")};
      secret("wait");
      TestEngine seen = TestEngine.at(engine.host());
      FutureTask<CommandRun> build = begin(options);
      assertThat(seen.awaitContainer("sleep 1000")).isTrue();
      engine.kill();
      broken = build.get(60, TimeUnit.SECONDS);
    }
    assertThat(broken.status()).as(broken.err()).isEqualTo(3);
    assertThat(broken.err())
        .contains("a1", "engine at unix://" + home, "1 failed", "1 skipped")
        .contains("what was finished is cached");

    secret("go");
    try (PrivateEngine engine = PrivateEngine.start(home)) {
      CommandRun again = build(options);
      assertThat(again.status()).as(again.err()).isZero();
      assertThat(again.err()).contains("1 cached").doesNotContainPattern("(?m) HALF$");
      assertThat(TestEngine.at(engine.host()).containers("sleep 1000"))
          .as("containers of the build that broke")
          .isEmpty();
    }
  }

  @Test
  void theBuildGoesOnWhenOneOfTwoEnginesDies() throws Exception {
    // Two stages at once: one of them runs on the engine that dies. Each waits until it is told.
    String wait = "RUN trap 'echo %1$s > /%1$s; exit 0' USR1; while :; do sleep 0.1; done";
    dockerfile(
        "FROM base AS left",
        wait.formatted("left"),
        "FROM base AS right",
        wait.formatted("right"),
        "FROM base",
        "COPY --from=left /left /",
        "COPY --from=right /right /",
        "RUN cat /left /right");
    try (PrivateEngine engine = PrivateEngine.start(home())) {
      TestEngine seen = TestEngine.at(engine.host());
      String[] options = {
        "--agent", "a1=" + engine.host(), "--agent", "a2=" + TestEngine.first().host()
      };
      FutureTask<CommandRun> build = begin(options);
      assertThat(seen.awaitContainer("USR1; while")).isTrue();

      engine.kill();
      while (!build.isDone()) {
        TestEngine.first().signal("USR1; while", "USR1");
        TimeUnit.MILLISECONDS.sleep(50);
      }
      CommandRun run = build.get();

      assertThat(run.status()).as(run.err()).isZero();
      assertThat(run.err()).contains("agent a1 is lost").containsPattern("(?m) left$");
    }
  }

  @Test
  void aFullDiskBelowTheEngineIsToldAndWhatWasFinishedIsCached() throws Exception {
    // The layer fits once, while the container has it, and not twice.
    dockerfile(
        "FROM base",
        "RUN echo first > /first",
        "RUN head -c 20000000 /dev/zero > /big",
        "RUN ls -l /first /big");
    try (SmallDisk disk = SmallDisk.mount(home(), "40m");
        PrivateEngine engine = PrivateEngine.start(disk.path())) {
      TestEngine.at(engine.host());
      CommandRun full = build("--agent", "a1=" + engine.host());
      assertThat(full.status()).as(full.err()).isEqualTo(3);
      assertThat(full.err())
          .contains("a1", "disk is full", disk.path().toString(), "cache prune", "1 skipped");

      disk.grow("200m");
      CommandRun again = build("--agent", "a1=" + engine.host());
      assertThat(again.status()).as(again.err()).isZero();
      assertThat(again.err()).contains("1 cached").contains("20000000");
    }
  }

  @Test
  void aCommandThatFillsTheEnginesDiskIsTheDisksFault() throws Exception {
    dockerfile("FROM base", "RUN echo first > /first", "RUN head -c 60000000 /dev/zero > /big");
    try (SmallDisk disk = SmallDisk.mount(home(), "40m");
        PrivateEngine engine = PrivateEngine.start(disk.path())) {
      TestEngine.at(engine.host());
      CommandRun full = build("--agent", "a1=" + engine.host());
      assertThat(full.status()).as(full.err()).isEqualTo(3);
      assertThat(full.err()).contains("a1", "disk is full", disk.path().toString());
    }
  }

  /** Found by {@code PoolLossIT -Dpool.rounds=10 -Dpool.seed=61126}: an empty file was cached. */
  @Test
  void whatACommandLeavesOnAFullDiskIsNoResultThoughItEndsWell() throws Exception {
    dockerfile(
        "FROM base",
        "RUN { head -c 60000000 /dev/zero > /big; } 2>/dev/null || true; echo sum > /sum || true");
    try (SmallDisk disk = SmallDisk.mount(home(), "40m");
        PrivateEngine engine = PrivateEngine.start(disk.path())) {
      TestEngine.at(engine.host());
      CommandRun full = build("--agent", "a1=" + engine.host());
      assertThat(full.status()).as(full.err()).isEqualTo(3);
      assertThat(full.err()).contains("a1", "disk is full", "may be cut short");

      disk.grow("200m");
      CommandRun again = build("--agent", "a1=" + engine.host());
      assertThat(again.status()).as(again.err()).isZero();
      assertThat(again.err()).contains(": 1 executed");
    }
  }

  @Test
  void aFullDiskBelowTheStateIsToldAndWhatWasFinishedIsCached() throws Exception {
    Files.write(context.resolve("big"), new byte[30_000_000]);
    dockerfile("FROM base", "RUN echo first > /first", "COPY big /", "RUN ls -l /first /big");
    try (SmallDisk disk = SmallDisk.mount(home(), "20m")) {
      String[] options = {
        "--agent", "a1=" + TestEngine.first().host(), "--state", disk.path().toString()
      };
      CommandRun full = build(options);
      assertThat(full.status()).as(full.err()).isEqualTo(3);
      assertThat(full.err()).contains("a1", "disk is full", disk.path().toString(), "cache prune");

      disk.grow("200m");
      CommandRun again = build(options);
      assertThat(again.status()).as(again.err()).isZero();
      assertThat(again.err()).contains("1 cached").contains("30000000");
    }
  }

  @Test
  void aCacheDirectoryThatFillsTheDiskIsTheDisksFault() throws Exception {
    dockerfile("FROM base", "RUN --mount=type=cache,target=/c head -c 60000000 /dev/zero > /c/big");
    try (SmallDisk disk = SmallDisk.mount(home(), "20m")) {
      String[] options = {
        "--agent", "a1=" + TestEngine.first().host(), "--state", disk.path().toString()
      };
      CommandRun full = build(options);
      assertThat(full.status()).as(full.err()).isEqualTo(3);
      assertThat(full.err()).contains("a1", "disk is full", disk.path().toString());

      disk.grow("200m");
      CommandRun again = build(options);
      assertThat(again.status()).as(again.err()).isZero();
    }
  }

  @Test
  void anImageThatOnlyAFullDiskHasIsMadeAgainElsewhere() throws Exception {
    // Both layers fit beside the container that makes the second, but not twice, as to save needs.
    dockerfile(
        "FROM base",
        "RUN head -c 15000000 /dev/zero > /first",
        "RUN head -c 15000000 /dev/zero > /second");
    try (SmallDisk disk = SmallDisk.mount(home(), "60m");
        PrivateEngine engine = PrivateEngine.start(disk.path())) {
      TestEngine.at(engine.host());
      String full = "a1=" + engine.host();
      CommandRun alone = build("--agent", full);
      assertThat(alone.status()).as(alone.err()).isZero();

      Path image = directory.resolve("image.tar");
      CommandRun both =
          build(
              "--agent",
              full,
              "--agent",
              "a2=" + TestEngine.first().host(),
              "--output",
              "type=docker,dest=" + image);

      assertThat(both.status()).as(both.err()).isZero();
      assertThat(both.err()).containsOnlyOnce("agent a1 is lost: its disk is full");
      assertThat(image).isNotEmptyFile();
    }
  }

  @Test
  void filesOfAnImageThatOnlyAFullDiskHasAreMadeAgainElsewhere() throws Exception {
    dockerfile(
        "FROM base AS made",
        "RUN head -c 5000000 /dev/zero > /big",
        "FROM base",
        "COPY --from=made /big /",
        "RUN ls -l /big");
    try (SmallDisk disk = SmallDisk.mount(home(), "60m");
        PrivateEngine engine = PrivateEngine.start(disk.path())) {
      TestEngine.at(engine.host());
      String full = "a1=" + engine.host();
      CommandRun alone = build("--agent", full, "--target", "made");
      assertThat(alone.status()).as(alone.err()).isZero();
      disk.fill();

      CommandRun both = build("--agent", full, "--agent", "a2=" + TestEngine.first().host());

      assertThat(both.status()).as(both.err()).isZero();
      assertThat(both.err()).containsOnlyOnce("agent a1 is lost: its disk is full");
    }
  }
}
