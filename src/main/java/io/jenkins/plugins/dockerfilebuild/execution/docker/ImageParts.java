package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.content.ProducedStream;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers.ImageContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RawApi;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.PartArchive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes images that hold nothing but some paths of another one, so that an agent which takes only
 * these need not be sent all layers. Upkeep removes them as it removes what else serves steps.
 * Thread-safe.
 */
record ImageParts(Engine engine, ImageContainers images) {

  /** As {@link io.jenkins.plugins.dockerfilebuild.execution.AgentServices#partOf}. */
  Optional<String> partOf(String imageId, List<String> paths, List<String> excludes, long mostBytes)
      throws IOException {
    if (!paths.stream().allMatch(PartArchive::isPossible)) {
      return Optional.empty();
    }
    try {
      return Optional.of(made(imageId, paths, excludes, mostBytes));
    } catch (PartArchive.TooLargeException e) {
      return Optional.empty();
    }
  }

  private String made(String imageId, List<String> paths, List<String> excludes, long mostBytes)
      throws IOException {
    try (ImageContainer image = images.open(imageId);
        ProducedStream archive =
            ProducedStream.of(
                "part of " + imageId,
                out -> {
                  try (TarWriter tar = new TarWriter(out)) {
                    new PartArchive(tar, mostBytes).write(image, imageId, paths, excludes);
                  }
                })) {
      return imported(archive);
    }
  }

  private String imported(ProducedStream archive) throws IOException {
    try {
      String part =
          new RawApi(engine).importRootFileSystem("", Map.of(StepLabels.AUXILIARY, "1"), archive);
      archive.throwFailure();
      return part;
    } catch (RuntimeException e) {
      archive.throwFailure();
      throw e;
    }
  }
}
