package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.content.PathPattern;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers.ImageContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Place;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Selected;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Some paths of an image as an archive of a root filesystem of its own, where each path names what
 * it names in the image: with owners, modes, times, links, devices and capabilities. A symbolic
 * link on the way to a path, or at its end, is followed, so what it leads to stands in its place.
 * Of what two paths name the first counts. Used once, by one thread; memory grows with the number
 * of files.
 */
public final class PartArchive {

  private static final int DIRECTORY_MODE = 0755;

  private final TarWriter tar;
  private final long mostBytes;
  private long bytes;

  /** What is written: the engine takes no path twice (seen with 20.10.24). */
  private final Set<String> written = new HashSet<>();

  /** Where the selected files lie at the moment. */
  private String directory = "/";

  /** The files hold more than they may. */
  public static final class TooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    TooLargeException(long mostBytes) {
      super("the files hold more than " + mostBytes + " bytes");
    }
  }

  /**
   * @param mostBytes that all files together may hold
   */
  public PartArchive(TarWriter tar, long mostBytes) {
    this.tar = tar;
    this.mostBytes = mostBytes;
  }

  /**
   * Whether a path tells where its files lie: it is not the root, and no element but the last has a
   * wildcard.
   *
   * @param path as COPY takes it, absolute
   */
  public static boolean isPossible(String path) {
    String clean = ContainerPath.clean(path);
    return !clean.equals("/") && !PathPattern.hasWildcards(parent(clean));
  }

  /**
   * Writes what the paths name.
   *
   * @param paths as COPY takes them, each {@link #isPossible}
   * @param excludes patterns of {@code --exclude}
   * @throws TooLargeException part of it is written
   * @throws io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException a path without
   *     wildcards is not in the image
   */
  public void write(ImageContainer image, String imageId, List<String> paths, List<String> excludes)
      throws IOException {
    ImageSelection selection = new ImageSelection(image.files(), imageId, excludes, this::write);
    for (String path : paths) {
      enter(parent(ContainerPath.clean(path)));
      selection.select(path);
    }
  }

  private void enter(String parent) throws IOException {
    directory = PathPattern.unquoted(parent);
    for (int end = directory.indexOf('/', 1); end > 0; end = directory.indexOf('/', end + 1)) {
      root(directory.substring(0, end));
    }
    if (!directory.equals("/")) {
      root(directory);
    }
  }

  private void root(String path) throws IOException {
    if (written.add(path)) {
      tar.directory(path, FileAttributes.ofRoot(DIRECTORY_MODE, Instant.EPOCH));
    }
  }

  private void write(Selected file, InputStream content) throws IOException {
    String path = path(file.place());
    if (written.add(path)) {
      write(path, file, content);
    }
  }

  private void write(String path, Selected file, InputStream content) throws IOException {
    TarArchiveEntry header = file.header();
    FileAttributes attributes = file.attributes();
    if (file.linkTo().isPresent()) {
      tar.hardLink(path, attributes, path(file.linkTo().get()));
    } else {
      bytes += header.getSize();
      if (bytes > mostBytes) {
        throw new TooLargeException(mostBytes);
      }
      tar.copy(path, attributes, header, content);
    }
  }

  private String path(Place place) {
    return ContainerPath.child(ContainerPath.child(directory, place.source()), place.inside());
  }

  private static String parent(String clean) {
    return clean.substring(0, Math.max(1, clean.lastIndexOf('/')));
  }
}
