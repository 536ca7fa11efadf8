package io.jenkins.plugins.dockerfilebuild.execution.docker;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Removes mount points that the engine made: what was not there before and is empty after the
 * command, upwards through its parents, as BuildKit does ({@code executor/stubs.go}). Works on the
 * layers of overlay2 where they are on this machine, with the container stopped.
 *
 * <p>A container's root may have put a link anywhere: links are followed inside the container's
 * root only.
 *
 * @param upper the directory of what the container changed
 * @param lower those of the image below, the topmost first
 * @param wanted directories that stay, with their parents, although the engine may have made them
 */
record MountPoints(Path upper, List<Path> lower, List<String> wanted) {

  /** As many links on one path as Linux follows. */
  private static final int MOST_LINKS = 40;

  private static final Path ROOT = Path.of("/");

  void remove(List<String> targets) throws IOException {
    TreeSet<Path> kept = new TreeSet<>();
    for (String directory : wanted) {
      for (Path at = resolve(directory); at != null; at = at.getParent()) {
        kept.add(at);
      }
    }
    TreeSet<Path> childrenFirst = new TreeSet<>(Comparator.reverseOrder());
    for (String target : targets) {
      childrenFirst.add(resolve(target));
    }
    for (Path target : childrenFirst) {
      Path at = target;
      while (!at.equals(ROOT) && !kept.contains(at) && removeOne(ROOT.relativize(at))) {
        at = at.getParent();
      }
    }
  }

  /** Where a path of the container leads, as an absolute path without links. */
  private Path resolve(String path) throws IOException {
    Deque<Path> left = new ArrayDeque<>();
    Path.of(path).normalize().forEach(left::add);
    Path at = ROOT;
    int links = 0;
    while (!left.isEmpty()) {
      // Above the root is the root.
      Path next = ROOT.resolve(at.resolve(left.pop()).normalize());
      Optional<Path> link = find(ROOT.relativize(next)).filter(Files::isSymbolicLink);
      if (link.isPresent() && links++ < MOST_LINKS) {
        Path target = Files.readSymbolicLink(link.get());
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
          left.push(target.getName(i));
        }
        at = target.isAbsolute() ? ROOT : at;
      } else {
        at = next;
      }
    }
    return at;
  }

  private Optional<Path> find(Path relative) {
    return Stream.concat(Stream.of(upper), lower.stream())
        .filter(layer -> isReachedWithoutLinks(layer, relative))
        .map(layer -> layer.resolve(relative))
        .findFirst();
  }

  /** Whether it was a mount point that is gone now. */
  private boolean removeOne(Path relative) throws IOException {
    Path made = upper.resolve(relative);
    if (!isReachedWithoutLinks(upper, relative) || existedBefore(relative) || !isEmpty(made)) {
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

  private static boolean isReachedWithoutLinks(Path layer, Path relative) {
    Path at = layer;
    for (Path element : relative) {
      if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      at = at.resolve(element);
    }
    return Files.exists(at, LinkOption.NOFOLLOW_LINKS);
  }

  /** The topmost layer that knows the path decides; a device there says that it was deleted. */
  private boolean existedBefore(Path relative) throws IOException {
    for (Path layer : lower) {
      if (isReachedWithoutLinks(layer, relative)) {
        return !Files.readAttributes(
                layer.resolve(relative), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .isOther();
      }
    }
    return false;
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
