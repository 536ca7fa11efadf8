package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Failure;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Result;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Step;
import io.jenkins.plugins.dockerfilebuild.execution.MountStorage;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import io.jenkins.plugins.dockerfilebuild.plan.Miss;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds as the engine would tell them, for tests. */
final class Events {

  static final List<String> DOCKERFILE =
      List.of(
          "FROM busybox AS build",
          "COPY src /src",
          "RUN --mount=type=cache,id=m2,target=/root/.m2 \\",
          "    mvn package",
          "FROM scratch",
          "COPY --from=build /out /");

  static final List<Step> STEPS =
      List.of(
          new Step(0, "build", 1, 2, 2, 2, "COPY src /src"),
          new Step(
              1, "build", 2, 2, 3, 4, "RUN --mount=type=cache,id=m2,target=/root/.m2 mvn package"),
          new Step(2, "1", 1, 1, 6, 6, "COPY --from=build /out /"));

  static final Miss MISS = new Miss(Miss.Cause.MOUNT_CONTENT, "src/App.java changed");

  private static final String IMAGE =
      "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  static final String DIGEST =
      "sha256:feedbeeffeedbeeffeedbeeffeedbeeffeedbeeffeedbeeffeedbeeffeedbeef";

  private Events() {}

  static BuildEvent planned() {
    return new BuildEvent.Planned(10, "app/Dockerfile", STEPS, List.of("agent-1", "agent-2"));
  }

  private static BuildEvent joined(long at, String agent, MountStorage.Kind kind, String reason) {
    return new BuildEvent.AgentJoined(at, agent, new MountStorage(kind, reason));
  }

  static BuildEvent started(long at, int step, String agent) {
    return new BuildEvent.StepStarted(at, step, agent, "key-" + step, Optional.of(MISS));
  }

  static BuildEvent printed(long at, int step, String line) {
    return new BuildEvent.StepPrinted(at, step, line, false);
  }

  static BuildEvent cached(long at, int step, long savedMillis) {
    return new BuildEvent.StepFinished(
        at,
        step,
        Status.CACHED,
        Optional.of("agent-1"),
        "key-" + step,
        0,
        savedMillis,
        Optional.empty(),
        List.of(),
        0,
        Optional.empty());
  }

  static BuildEvent executed(long at, int step, long durationMillis) {
    return new BuildEvent.StepFinished(
        at,
        step,
        Status.EXECUTED,
        Optional.of("agent-2"),
        "key-" + step,
        durationMillis,
        0,
        Optional.of(MISS),
        List.of(
            new MountReport(
                "cache",
                "m2",
                "/root/.m2",
                "SYNCED",
                340_000_000,
                400_000,
                12,
                1500,
                310,
                4321,
                90_000,
                Optional.of(
                    new MountReport.Sync(400_000, Map.of("agent-1", 400_000L), 2_000_000, 7, 31)))),
        400_000,
        Optional.empty());
  }

  static BuildEvent failed(long at, int step, int exitCode, String message) {
    return new BuildEvent.StepFinished(
        at,
        step,
        Status.FAILED,
        Optional.of("agent-2"),
        "key-" + step,
        900,
        0,
        Optional.of(MISS),
        List.of(),
        0,
        Optional.of(new Failure(exitCode, message)));
  }

  static BuildEvent skipped(long at, int step) {
    return new BuildEvent.StepFinished(
        at,
        step,
        Status.SKIPPED,
        Optional.empty(),
        "",
        0,
        0,
        Optional.empty(),
        List.of(),
        0,
        Optional.empty());
  }

  static BuildEvent succeeded(long at) {
    return new BuildEvent.Finished(at, Result.SUCCESS, Optional.of(IMAGE), Optional.empty());
  }

  static BuildEvent ended(long at, Result result, String problem) {
    return new BuildEvent.Finished(at, result, Optional.empty(), Optional.of(problem));
  }

  /** One step cached, two run, the image built. */
  static List<BuildEvent> success() {
    return List.of(
        planned(),
        new BuildEvent.BaseImageResolved(20, "busybox", "sha256:abc", Optional.empty(), "agent-1"),
        cached(30, 0, 41_000),
        new BuildEvent.Transferred(40, "stage build", "agent-1", "agent-2", 4_400_000, 350),
        started(100, 1, "agent-2"),
        printed(400, 1, "[INFO] compiling"),
        new BuildEvent.Notice(500, Optional.of(1), "waits for the locked cache m2"),
        joined(510, "agent-1", MountStorage.Kind.HOST_DIRECTORIES, "One file system."),
        joined(520, "agent-2", MountStorage.Kind.VOLUMES, "The engine is far."),
        executed(2100, 1, 2000),
        started(2110, 2, "agent-2"),
        executed(3150, 2, 1040),
        new BuildEvent.PushProgressed(3160, "registry.example/app:1", "agent-1", 1, 2),
        new BuildEvent.CachePublished(3170, 1, "m2", "agent-2", 13, 4322, 341_000_000, 2, 120),
        new BuildEvent.Pushed(3190, "registry.example/app:1", DIGEST, 40),
        succeeded(3200));
  }

  /** The second step fails, the third never runs. */
  static List<BuildEvent> failure() {
    return List.of(
        planned(),
        cached(30, 0, 41_000),
        started(100, 1, "agent-2"),
        printed(400, 1, "[INFO] compiling"),
        printed(700, 1, "[ERROR] no such symbol"),
        failed(1000, 1, 3, "the command ended with exit status 3"),
        skipped(1001, 2),
        ended(1010, Result.FAILURE, "step #1 failed"));
  }
}
