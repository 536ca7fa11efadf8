package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.ImageSource;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers.ImageContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Place;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Selected;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Visitor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Copies files of another image, with their owners, modes, times, hard links and capabilities:
 * unlike files of the build context they keep their owners unless {@code --chown} is given (seen
 * with BuildKit 20.10.24; {@code mapUserToChowner} in {@code solver/llbsolver/file}).
 */
final class ImageFiles {

  private final ImageContainers images;
  private final TransferTarget target;

  /** Directories in the container that are not written. */
  private final Set<String> left;

  /**
   * @param left directories in the container that are not written
   */
  ImageFiles(ImageContainers images, TransferTarget target, Set<String> left) {
    this.images = images;
    this.target = target;
    this.left = left;
  }

  /**
   * Directories of {@code source} that are only on the way to what {@code --parents} copies, with
   * those above them first; to know them takes a look at all that the archive has.
   *
   * @return paths below the destination
   */
  static List<String> ways(ImageSource source, ImageContainers images) throws IOException {
    List<String> ways = new ArrayList<>();
    Visitor noting =
        (file, content) -> {
          if (file.onTheWay()) {
            ways.add(file.place().inside());
          }
        };
    try (ImageContainer image = images.open(source.imageId())) {
      ImageSelection selection =
          new ImageSelection(image.files(), source.imageId(), source.excludes(), noting);
      for (String path : source.paths()) {
        selection.selectWithParents(path);
      }
    }
    return ways;
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
    if (isSource(file) && !file.onTheWay()) {
      target.enterDirectory(file.place().source(), attributes.modified());
    }
    if (file.linkTo().isPresent()) {
      target.tar().hardLink(path, attributes, path(file.linkTo().get(), false));
    } else if (!isLeft(file, path)) {
      target.tar().copy(path, attributes, header, content);
    }
  }

  /** Whether it is the destination itself or a way that is there. */
  private boolean isLeft(Selected file, String path) {
    return isSource(file) || (file.onTheWay() && left.contains(path));
  }

  /** Whether it is a directory whose content is copied, not itself. */
  private static boolean isSource(Selected file) {
    return file.header().isDirectory() && file.place().inside().isEmpty();
  }

  private String path(Place place, boolean directory) throws IOException {
    if (place.inside().isEmpty() && !directory) {
      return target.pathOfFile(place.source());
    }
    return ContainerPath.child(target.enterDirectory(place.source()), place.inside());
  }
}
