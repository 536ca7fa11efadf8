package io.jenkins.plugins.dockerfilebuild.execution.docker;

import java.nio.file.Path;

/** The same promises of an agent that does not share a file system with its engine. */
class VolumeMountStepIT extends MountStepIT {

  @Override
  AgentFixture agent(TestEngine engine, Path directory) {
    return AgentFixture.withVolumes(engine, directory);
  }
}
