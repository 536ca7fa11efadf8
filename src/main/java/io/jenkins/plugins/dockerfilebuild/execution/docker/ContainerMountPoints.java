package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.model.Mount;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.AuxiliaryContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.FileRemoval;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RawApi;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.VolumeFiles;
import java.io.IOException;
import java.util.List;

/**
 * Removes mount points where the engine's layers are out of the agent's reach: what the image lacks
 * is found out before the command runs, and after it a container of our own, which is shown the
 * layer that the command wrote, removes what of it is empty.
 *
 * <p>The result is that of {@link MountPoints}. Links that the command itself put in the way lead
 * nowhere but to empty directories of the same layer: that container has no other files.
 */
record ContainerMountPoints(Engine engine, AuxiliaryContainers containers, ImageContainers images)
    implements MountPointRemovals {

  @Override
  public Removal expect(String image, List<MountPoint> points, List<String> wanted)
      throws IOException {
    ExpectedMountPoints expected = ExpectedMountPoints.of(images, image, points, wanted);
    return (container, output) -> {
      if (!expected.isEmpty()) {
        remove(expected, container, output);
      }
      return Cleaned.of(container);
    };
  }

  private void remove(ExpectedMountPoints expected, StepContainer container, StepOutput output)
      throws IOException {
    String upper =
        new RawApi(engine)
            .inspectContainer(container.id())
            .path("GraphDriver")
            .path("Data")
            .path("UpperDir")
            .asText();
    if (upper.isEmpty() || !containers.canRun()) {
      output.line(
          "The agent cannot reach the engine's layers: empty mount points stay in the image.",
          true);
      return;
    }
    Mount layer = AuxiliaryContainers.bind(upper);
    List<FileRemoval> removals;
    try (StepContainer reader = containers.holding(layer)) {
      removals = expected.removals(reader.files(), VolumeFiles::at);
    }
    if (!removals.isEmpty()) {
      // What is not empty any more stays, as it must.
      containers.remove(layer, removals);
    }
  }
}
