package io.jenkins.plugins.dockerfilebuild.execution.docker;

import java.nio.file.Path;

/** The same behind a link: what {@link MountStepIT} holds of an agent holds of a remote one. */
class LinkedMountStepIT extends MountStepIT {

  @Override
  AgentFixture agent(TestEngine engine, Path directory) {
    return AgentFixture.linked(engine, directory);
  }
}
