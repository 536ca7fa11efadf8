package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers.ImageContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.VolumeFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Place;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Selected;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Files of an image as an archive for a volume, with owners, modes, times, links and capabilities.
 * Devices and pipes are left out, as {@link HostUnpacking} does. Used once, by one thread.
 */
public final class ImageFilesArchive {

  private final String root;
  private final TarWriter tar;
  private long bytes;

  /**
   * @param root where the source goes in the volume, a directory or a file
   */
  public ImageFilesArchive(String root, TarWriter tar) {
    this.root = VolumeFiles.at(root);
    this.tar = tar;
  }

  /** Writes what {@code path} of the image holds, links at its end followed. */
  public void write(ImageContainers images, String imageId, String path) throws IOException {
    try (ImageContainer image = images.open(imageId)) {
      new ImageSelection(image.files(), imageId, List.of(), this::write).selectLiteral(path);
    }
  }

  /** What the files held that were written. */
  public long bytes() {
    return bytes;
  }

  private void write(Selected file, InputStream content) throws IOException {
    TarArchiveEntry header = file.header();
    String path = path(file.place());
    FileAttributes attributes = file.attributes();
    if (file.linkTo().isPresent()) {
      tar.hardLink(path, attributes, path(file.linkTo().get()));
    } else if (!TarWriter.isSpecial(header)) {
      tar.copy(path, attributes, header, content);
      bytes += header.getSize();
    }
  }

  private String path(Place place) {
    return ContainerPath.child(root, place.inside());
  }
}
