package io.jenkins.plugins.dockerfilebuild.execution.docker;

import java.nio.file.Path;

/** The same behind a link: what {@link RunStepIT} holds of an agent holds of a remote one. */
class LinkedRunStepIT extends RunStepIT {

  @Override
  AgentFixture agent(TestEngine engine, Path directory) {
    return AgentFixture.linked(engine, directory);
  }
}
