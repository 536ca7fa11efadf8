package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.content.PathPattern;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Finds the files of an image that one source path of COPY names, and tells them one after the
 * other while the engine's archive streams by. Symbolic links that the path names are followed,
 * those below stay links, as in BuildKit ({@code tonistiigi/fsutil/copy}): a wildcard that matches
 * nothing selects nothing, a missing path without wildcards is an error.
 *
 * <p>An archive of the whole directory before the first wildcard is read: the engine's API knows no
 * wildcards.
 *
 * <p>For one use by one thread.
 */
final class ImageSelection {

  /**
   * Where a selected file lies.
   *
   * @param source the last element of the path that was named or matched
   * @param inside path below it, {@code ""} for the source itself
   */
  record Place(String source, String inside) {}

  /**
   * A selected file.
   *
   * @param linkTo for a hard link: the place, told before, of the file that it is another name of
   * @param onTheWay whether it is a directory that is there for what is selected below it alone
   */
  record Selected(Place place, ImageArchive.Entry entry, Optional<Place> linkTo, boolean onTheWay) {

    Selected(Place place, ImageArchive.Entry entry, Optional<Place> linkTo) {
      this(place, entry, linkTo, false);
    }

    TarArchiveEntry header() {
      return entry.header();
    }

    FileAttributes attributes() {
      return entry.attributes();
    }
  }

  /** Is told each file; reads the content of files that are no links, or leaves it. */
  @FunctionalInterface
  interface Visitor {
    void visit(Selected file, InputStream content) throws IOException;
  }

  private final ContainerFiles files;
  private final String imageId;
  private final Exclusions exclusions;
  private final Visitor visitor;

  /**
   * @param imageId for messages
   * @param excludes patterns of {@code --exclude}
   */
  ImageSelection(ContainerFiles files, String imageId, List<String> excludes, Visitor visitor) {
    this.files = files;
    this.imageId = imageId;
    this.exclusions = Exclusions.of(excludes);
    this.visitor = visitor;
  }

  /**
   * Tells what {@code path} names: the file or directory, or all that match its wildcards.
   *
   * @throws SourceNotFoundException a path without wildcards does not exist
   */
  void select(String path) throws IOException {
    walk(path, Optional.empty());
  }

  /** As {@link #select}, for a path in which no character is a wildcard. */
  void selectLiteral(String path) throws IOException {
    String clean = ContainerPath.clean(path);
    walkPath(clean, ContainerPath.name(clean), Optional.empty());
  }

  /**
   * As {@link #select}, for {@code --parents}: {@code base/./pattern} tells what below {@code base}
   * matches {@code pattern}, with the directories on the way.
   */
  void selectWithParents(String path) throws IOException {
    int pivot = path.indexOf("/./");
    String base = pivot < 0 ? "/" : path.substring(0, pivot);
    String pattern = ContainerPath.clean(pivot < 0 ? path : path.substring(pivot + 3));
    if (!PathPattern.hasWildcards(base) && !PathPattern.hasWildcards(pattern)) {
      String required = ContainerPath.clean(PathPattern.unquoted(base + pattern));
      if (!ContainerPath.follow(files, required).exists()) {
        throw notFound(required);
      }
    }
    Optional<SourcePattern> include =
        pattern.equals("/")
            ? Optional.empty()
            : Optional.of(SourcePattern.parse(pattern.substring(1)));
    walk(base, include);
  }

  private void walk(String path, Optional<SourcePattern> include) throws IOException {
    String clean = ContainerPath.clean(path);
    int wildcard = slashBeforeWildcard(clean);
    if (wildcard < 0) {
      String literal = PathPattern.unquoted(clean);
      walkPath(literal, ContainerPath.name(literal), include);
      return;
    }
    String directory = ContainerPath.clean(PathPattern.unquoted(clean.substring(0, wildcard)));
    ContainerPath at = ContainerPath.follow(files, directory);
    if (at.isDirectory()) {
      SourcePattern pattern = SourcePattern.ofElements(clean.substring(wildcard + 1));
      ImageScope scope = new ImageScope("", Optional.of(pattern), include, exclusions);
      for (String link : new ImageWalk(files, at.path(), scope, visitor).run().links()) {
        walkPath(ContainerPath.child(at.path(), link), ContainerPath.name(link), include);
      }
    }
  }

  private void walkPath(String path, String name, Optional<SourcePattern> include)
      throws IOException {
    ContainerPath at = ContainerPath.follow(files, path);
    if (!at.exists()) {
      throw notFound(path);
    }
    ImageScope scope = new ImageScope(name, Optional.empty(), include, exclusions);
    if (new ImageWalk(files, at.path(), scope, visitor).run().entries() == 0) {
      throw notFound(path);
    }
  }

  private static int slashBeforeWildcard(String path) {
    int slash = 0;
    while (slash >= 0) {
      int end = path.indexOf('/', slash + 1);
      if (PathPattern.hasWildcards(path.substring(slash, end < 0 ? path.length() : end))) {
        return slash;
      }
      slash = end;
    }
    return -1;
  }

  private SourceNotFoundException notFound(String path) {
    return new SourceNotFoundException("%s: not found in the image %s".formatted(path, imageId));
  }
}
