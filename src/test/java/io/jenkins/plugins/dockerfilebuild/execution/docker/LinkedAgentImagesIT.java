package io.jenkins.plugins.dockerfilebuild.execution.docker;

import java.nio.file.Path;

/** The same behind a link: what {@link AgentImagesIT} holds of an agent holds of a remote one. */
class LinkedAgentImagesIT extends AgentImagesIT {

  @Override
  AgentFixture agent(TestEngine engine, Path directory) {
    return AgentFixture.linked(engine, directory);
  }
}
