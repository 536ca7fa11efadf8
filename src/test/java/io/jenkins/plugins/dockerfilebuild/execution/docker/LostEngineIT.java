package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RawApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told when the engine is not there, dies, hangs, or its disk is full. */
class LostEngineIT {

  @TempDir Path directory;

  @Test
  void noEngineIsToldWithARemedy() {
    assertThatThrownBy(
            () -> DockerAgent.connect("unix://" + directory.resolve("none"), directory).close())
        .isInstanceOf(AgentLostException.class)
        .hasMessageContaining(directory.resolve("none").toString())
        .hasMessageContaining("DOCKER_HOST");
  }

  @Test
  void anEngineThatDiesDuringACommandIsLost() throws Exception {
    try (PrivateEngine engine = PrivateEngine.start(home());
        AgentFixture steps = connect(engine)) {
      FutureTask<StepOutcome> task = begin(steps);

      engine.kill();

      assertThat(task.get(30, TimeUnit.SECONDS)).isInstanceOf(StepOutcome.Lost.class);
    }
  }

  /** The agent goes on, and nothing but its session's end removed the container once. */
  @Test
  void theContainerOfALostStepGoesWhenItsEngineIsBack() throws Exception {
    Path home = home();
    PrivateEngine engine = PrivateEngine.start(home);
    try (AgentFixture steps = connect(engine)) {
      FutureTask<StepOutcome> task = begin(steps);
      engine.kill();
      assertThat(task.get(30, TimeUnit.SECONDS)).isInstanceOf(StepOutcome.Lost.class);
      engine.close();

      try (PrivateEngine back = PrivateEngine.start(home);
          Engine asking = Engine.at(back.host())) {
        RawApi api = new RawApi(asking);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!api.containers(StepLabels.SESSION).isEmpty() && System.nanoTime() < end) {
          Thread.onSpinWait();
        }
        assertThat(api.containers(StepLabels.SESSION)).isEmpty();
      }
    } finally {
      engine.close();
    }
  }

  @Test
  void anEngineThatHangsDuringACommandIsLost() throws Exception {
    try (PrivateEngine engine = PrivateEngine.start(home())) {
      AgentFixture steps = connect(engine);
      FutureTask<StepOutcome> task = begin(steps);

      engine.hang();

      try {
        assertThat(task.get(60, TimeUnit.SECONDS)).isInstanceOf(StepOutcome.Lost.class);
      } finally {
        engine.resume();
        steps.close();
      }
    }
  }

  @Test
  void aFullDiskIsToldAndLeavesNoResult() throws Exception {
    Path small = home();
    mount(small, "40m");
    try {
      try (PrivateEngine engine = PrivateEngine.start(small);
          AgentFixture steps = connect(engine)) {
        StepRequest request =
            steps.shell("head -c 20000000 /dev/zero > /a").withNetwork("none").request();

        // The layer fits once, while the container has it, and not twice.
        assertThat(steps.run(request))
            .isInstanceOfSatisfying(
                StepOutcome.Lost.class, lost -> assertThat(lost.reason()).contains("disk is full"));
        assertThat(steps.agent.inventory()).isEmpty();
      }
    } finally {
      new ProcessBuilder("umount", "--lazy", small.toString())
          .start()
          .waitFor(10, TimeUnit.SECONDS);
    }
  }

  private Path home() throws Exception {
    return Files.createDirectory(directory.resolve("engine"));
  }

  private AgentFixture connect(PrivateEngine engine) {
    return new AgentFixture(TestEngine.at(engine.host()), directory.resolve("state"));
  }

  /** Starts a silent command; returns when it runs. */
  private static FutureTask<StepOutcome> begin(AgentFixture steps) throws InterruptedException {
    StepRequest request = steps.shell("echo begun; sleep 1000").withNetwork("none").request();
    CountDownLatch begun = new CountDownLatch(1);
    FutureTask<StepOutcome> task =
        new FutureTask<>(() -> steps.agent.run(request, (line, error) -> begun.countDown()));
    new Thread(task).start();
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    return task;
  }

  private static void mount(Path target, String size) throws Exception {
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", target.toString())
            .start();
    assertThat(mount.waitFor()).as("mounting needs root").isZero();
  }
}
