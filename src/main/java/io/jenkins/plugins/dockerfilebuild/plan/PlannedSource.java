package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.PathPattern;
import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import java.util.List;
import java.util.Optional;

/** Where a mount, COPY or ADD takes files from. */
public sealed interface PlannedSource {

  /**
   * A path of a build context, as it is now.
   *
   * @param context its name; empty: the one without a name
   * @param path as resolved in the context
   * @param unpack whether a file that is an archive is unpacked (ADD)
   * @param include of {@code --parents}: the pattern that all files in the tree match, and their
   *     directories need not; {@code ""} is everything
   */
  record Context(
      Optional<String> context, String path, Tree tree, boolean unpack, Optional<String> include)
      implements PlannedSource {

    /** What the user calls it. */
    String shown() {
      String below = path.isEmpty() ? "" : ":" + path;
      return context.map(name -> name + below).orElse(path);
    }
  }

  /**
   * Paths of a stage or of an image. What they hold is known only when the stage has run or an
   * agent has looked into the image.
   *
   * @param origin the stage or image as the Dockerfile names it
   * @param paths absolute and clean, {@code ""} is the root; patterns as COPY takes them, that of a
   *     mount without wildcards
   * @param excludes patterns of {@code --exclude}
   */
  record Files(RootFilesystem root, String origin, List<String> paths, List<String> excludes)
      implements PlannedSource {
    public Files {
      paths = List.copyOf(paths);
      excludes = List.copyOf(excludes);
    }

    /** The path that a mount names, as it is. */
    public String mounted() {
      return PathPattern.unquoted(paths.get(0));
    }
  }

  /**
   * What was fetched from a network, as it is now.
   *
   * @param origin as the Dockerfile names it
   * @param name of the copy, of a file; {@code ""} of a directory, whose content is copied
   * @param unpack whether a file that is an archive is unpacked
   */
  record Remote(String origin, String name, RemoteContent content, boolean unpack)
      implements PlannedSource {}

  /**
   * A here-document to be written as a file.
   *
   * @param mode permission bits where {@code --chmod} gives none
   */
  record Inline(String name, Bytes content, int mode) implements PlannedSource {}
}
