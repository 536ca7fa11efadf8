package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles.Kind;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles.PathStat;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A path in a container with its symbolic links followed inside the container's root, as far as it
 * exists.
 *
 * @param path absolute and clean; what exists of it holds no symbolic link that was not followed,
 *     except where the engine follows links of its own accord
 * @param kind what is there; empty if nothing is; never a symbolic link
 * @param missing the directories above {@code path} that do not exist, outermost first
 */
public record ContainerPath(String path, Optional<Kind> kind, List<String> missing) {

  /** As many links as Linux follows before it gives up ({@code ELOOP}). */
  private static final int MAX_LINKS = 40;

  public ContainerPath {
    missing = List.copyOf(missing);
  }

  /** Whether a directory is there. */
  public boolean isDirectory() {
    return kind.equals(Optional.of(Kind.DIRECTORY));
  }

  /** Whether anything is there. */
  public boolean exists() {
    return kind.isPresent();
  }

  /**
   * Follows {@code path}. Costs one request to the engine where the path exists and one more for
   * each element that does not.
   *
   * @throws TransferException something that is no directory stands in the way, or links run in a
   *     circle
   */
  public static ContainerPath follow(ContainerFiles files, String path) throws IOException {
    Deque<String> below = new ArrayDeque<>();
    String current = clean(path);
    int links = 0;
    while (true) {
      if (current.equals("/")) {
        return of(path, current, Kind.DIRECTORY, below);
      }
      Optional<PathStat> found = files.stat(current);
      if (found.isEmpty()) {
        below.addFirst(name(current));
        current = parent(current);
      } else if (found.get().kind() == Kind.SYMLINK) {
        if (++links > MAX_LINKS) {
          throw new TransferException("too many symbolic links in " + path);
        }
        current = clean(resolve(parent(current), found.get().linkTarget()));
      } else {
        return of(path, current, found.get().kind(), below);
      }
    }
  }

  private static ContainerPath of(
      String asked, String existing, Kind kind, Deque<String> missingNames) {
    if (missingNames.isEmpty()) {
      return new ContainerPath(existing, Optional.of(kind), List.of());
    }
    if (kind != Kind.DIRECTORY) {
      throw new TransferException("%s: %s is not a directory".formatted(asked, existing));
    }
    List<String> paths = new ArrayList<>();
    String path = existing;
    for (String name : missingNames) {
      path = child(path, name);
      paths.add(path);
    }
    return new ContainerPath(path, Optional.empty(), paths.subList(0, paths.size() - 1));
  }

  /** {@code path} made absolute, without {@code .}, {@code ..}, double and trailing slashes. */
  public static String clean(String path) {
    Deque<String> elements = new ArrayDeque<>();
    for (String element : path.split("/", -1)) {
      if (element.equals("..")) {
        elements.pollLast();
      } else if (!element.isEmpty() && !element.equals(".")) {
        elements.addLast(element);
      }
    }
    return "/" + String.join("/", elements);
  }

  /** The path of a name in a directory; of the empty name, the directory's own. */
  public static String child(String directory, String name) {
    if (name.isEmpty()) {
      return directory;
    }
    return directory.equals("/") ? "/" + name : directory + "/" + name;
  }

  /** The last name of a path. */
  public static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The path of the directory that a path is in; the root is in itself. */
  public static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  private static String resolve(String directory, String target) {
    return target.startsWith("/") ? target : child(directory, target);
  }
}
