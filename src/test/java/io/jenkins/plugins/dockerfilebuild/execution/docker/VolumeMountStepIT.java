package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The same promises of an agent that does not share a file system with its engine. */
class VolumeMountStepIT extends MountStepIT {

  @Override
  AgentFixture agent(TestEngine engine, Path directory) {
    return AgentFixture.withVolumes(engine, directory);
  }

  /**
   * A socket of this process is none of the engine's machine; nothing there could answer for it.
   */
  @Test
  void anSshMountSaysWhatItNeeds() {
    var ssh = new MountRequest.Ssh("/run/agent.sock", "default", 0600, 0, 0);

    assertThat(steps.run(steps.shell("true").withMounts(ssh)))
        .isInstanceOfSatisfying(
            StepOutcome.Failed.class,
            failed ->
                assertThat(failed.message())
                    .contains("--mount=type=ssh needs an agent that shares a file system"));
    assertThat(steps.lines(steps.shell("echo the next step runs")))
        .containsExactly("the next step runs");
  }
}
