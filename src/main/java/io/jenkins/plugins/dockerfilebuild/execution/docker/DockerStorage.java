package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.content.ContentStore;
import io.jenkins.plugins.dockerfilebuild.content.DirectorySize;
import io.jenkins.plugins.dockerfilebuild.execution.AgentStorage;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** What an agent keeps: on its engine, and in its state directory beside it. */
record DockerStorage(StepImages steps, StepMounts.Places places) implements AgentStorage {

  @Override
  public List<Usage> usage() {
    try {
      return List.of(
          steps.usage(),
          contextFiles(places.store().usage()),
          imageFiles(places.sources().usage()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot count what the agent keeps", e);
    }
  }

  @Override
  public List<Usage> prune(long keepBytes, Duration olderThan) {
    try {
      // Images first: what is kept of them beside the engine may not be needed any more.
      Usage images = steps.prune(keepBytes, olderThan);
      Usage mounted = imageFiles(places.sources().prune(keepBytes, olderThan));
      return List.of(images, contextFiles(places.store().prune(keepBytes, olderThan)), mounted);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove what the agent keeps", e);
    }
  }

  private static Usage contextFiles(ContentStore.Usage blobs) {
    return new Usage(Kind.CONTEXT_FILES, blobs.blobs(), blobs.bytes());
  }

  private static Usage imageFiles(DirectorySize size) {
    return new Usage(Kind.IMAGE_FILES, size.files(), size.bytes());
  }
}
