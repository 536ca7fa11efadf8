package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.ImageSource;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers.ImageContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Place;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Selected;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Copies files of another image, with their owners, modes, times, hard links and capabilities:
 * unlike files of the build context they keep their owners unless {@code --chown} is given (seen
 * with BuildKit 20.10.24; {@code mapUserToChowner} in {@code solver/llbsolver/file}).
 */
final class ImageFiles {

  private final ImageContainers images;
  private final TransferTarget target;

  ImageFiles(ImageContainers images, TransferTarget target) {
    this.images = images;
    this.target = target;
  }

  /**
   * @throws io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException a path without
   *     wildcards is not in the image
   */
  void copy(ImageSource source, boolean parents) throws IOException {
    try (ImageContainer image = images.open(source.imageId())) {
      ImageSelection selection =
          new ImageSelection(image.files(), source.imageId(), source.excludes(), this::write);
      for (String path : source.paths()) {
        if (parents) {
          target.enterDirectory(path);
          selection.selectWithParents(path);
        } else {
          selection.select(path);
        }
      }
    }
  }

  private void write(Selected file, InputStream content) throws IOException {
    TarArchiveEntry header = file.header();
    String path = path(file.place(), header.isDirectory());
    FileAttributes attributes = target.placed(file.attributes(), header.isDirectory());
    if (file.linkTo().isPresent()) {
      target.tar().hardLink(path, attributes, path(file.linkTo().get(), false));
    } else if (!header.isDirectory() || !file.place().inside().isEmpty()) {
      target.tar().copy(path, attributes, header, content);
    }
  }

  private String path(Place place, boolean directory) throws IOException {
    if (place.inside().isEmpty() && !directory) {
      return target.pathOfFile(place.source());
    }
    return ContainerPath.child(target.enterDirectory(place.source()), place.inside());
  }
}
