package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.execution.AgentStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** What an agent keeps beside its engine. */
record DockerStorage(StepMounts.Places places) implements AgentStorage {

  @Override
  public List<Usage> usage() {
    try {
      var blobs = places.store().usage();
      return List.of(new Usage(Kind.CONTEXT_FILES, blobs.blobs(), blobs.bytes()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot count what the agent keeps", e);
    }
  }

  @Override
  public List<Usage> prune(long keepBytes, Duration olderThan) {
    try {
      var blobs = places.store().prune(keepBytes, olderThan);
      return List.of(new Usage(Kind.CONTEXT_FILES, blobs.blobs(), blobs.bytes()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove what the agent keeps", e);
    }
  }
}
