package io.jenkins.plugins.dockerfilebuild.execution.docker;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;

/**
 * Removes mount points that the engine made: what was not there before and is empty after the
 * command, upwards through its parents, as BuildKit does ({@code executor/stubs.go}). Works on the
 * layers of overlay2 where they are on this machine, with the container stopped.
 *
 * <p>A container's root may have put a link anywhere, so no link is ever followed.
 *
 * @param upper the directory of what the container changed
 * @param lower those of the image below
 */
record MountPoints(Path upper, List<Path> lower) {

  void remove(List<String> targets) throws IOException {
    // Children before their parents.
    for (String target : targets.stream().sorted(java.util.Comparator.reverseOrder()).toList()) {
      Path relative = Path.of("/").relativize(Path.of(target).normalize());
      while (relative != null && !relative.toString().isEmpty() && removeOne(relative)) {
        relative = relative.getParent();
      }
    }
  }

  /** Whether it was a mount point that is gone now. */
  private boolean removeOne(Path relative) throws IOException {
    Path made = upper.resolve(relative);
    if (!isReachedWithoutLinks(relative) || existedBefore(relative) || !isEmpty(made)) {
      return false;
    }
    Path parent = made.getParent();
    FileTime modified = Files.getLastModifiedTime(parent, LinkOption.NOFOLLOW_LINKS);
    try {
      Files.delete(made);
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
    Files.setLastModifiedTime(parent, modified);
    return true;
  }

  private boolean isReachedWithoutLinks(Path relative) {
    Path at = upper;
    for (Path element : relative) {
      if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      at = at.resolve(element);
    }
    return Files.exists(at, LinkOption.NOFOLLOW_LINKS);
  }

  private boolean existedBefore(Path relative) {
    return lower.stream()
        .anyMatch(layer -> Files.exists(layer.resolve(relative), LinkOption.NOFOLLOW_LINKS));
  }

  private static boolean isEmpty(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        return !entries.iterator().hasNext();
      }
    }
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.size(path) == 0;
  }
}
