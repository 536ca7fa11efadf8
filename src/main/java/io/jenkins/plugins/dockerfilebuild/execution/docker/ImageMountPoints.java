package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageRemovals;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Undo;
import java.io.IOException;
import java.util.List;

/**
 * Removes mount points where the engine tells nobody where its layers lie, as one that keeps its
 * images in containerd: what the command left becomes an image, and they are removed in a container
 * on top of it. The step's image has a layer more then, with nothing but their removal.
 */
record ImageMountPoints(ImageContainers containers, ImageRemovals images)
    implements MountPointRemovals {

  @Override
  public Removal expect(String image, List<MountPoint> points, List<String> wanted)
      throws IOException {
    ExpectedMountPoints expected = ExpectedMountPoints.of(containers, image, points, wanted);
    return (container, output) -> {
      if (expected.isEmpty()) {
        return Cleaned.of(container);
      }
      if (!images.canRun()) {
        output.line(
            "The agent has no program for the engine's platform: empty mount points stay in the"
                + " image.",
            true);
        return Cleaned.of(container);
      }
      Undo undo = new Undo();
      boolean done = false;
      try {
        Cleaned cleaned =
            new Cleaned(
                images.without(container, files -> expected.removals(files, path -> path), undo),
                undo);
        done = true;
        return cleaned;
      } finally {
        if (!done) {
          undo.close();
        }
      }
    };
  }
}
