package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.execution.docker.MountPointRemovals.MountPoint;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.FileRemoval;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers.ImageContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles.Kind;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles.PathStat;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Mount points that the engine will make for a command, as what the image lacks tells before it
 * runs.
 *
 * @param made their paths, children before parents, and whether each is a directory
 */
record ExpectedMountPoints(Map<String, Boolean> made) {

  /** As {@link MountPointRemovals#expect}. */
  static ExpectedMountPoints of(
      ImageContainers containers, String image, List<MountPoint> points, List<String> wanted)
      throws IOException {
    Map<String, Boolean> made = new TreeMap<>(Comparator.reverseOrder());
    try (ImageContainer opened = containers.open(image)) {
      for (MountPoint point : points) {
        add(opened.files(), point, made);
      }
      if (!made.isEmpty()) {
        made.keySet().removeAll(withParents(opened.files(), wanted));
      }
    }
    return new ExpectedMountPoints(made);
  }

  private static void add(ContainerFiles image, MountPoint point, Map<String, Boolean> made)
      throws IOException {
    Optional<ContainerPath> path = follow(image, point.target());
    if (path.isPresent() && !path.get().exists()) {
      path.get().missing().forEach(parent -> made.put(parent, true));
      made.merge(path.get().path(), point.directory(), Boolean::logicalOr);
    }
  }

  private static Set<String> withParents(ContainerFiles image, List<String> wanted)
      throws IOException {
    Set<String> all = new HashSet<>();
    for (String directory : wanted) {
      String path = follow(image, directory).map(ContainerPath::path).orElse("/");
      for (Path at = Path.of(path); at != null; at = at.getParent()) {
        all.add(at.toString());
      }
    }
    return all;
  }

  /** Empty where the engine will refuse the path. */
  private static Optional<ContainerPath> follow(ContainerFiles image, String path)
      throws IOException {
    try {
      return Optional.of(ContainerPath.follow(image, path));
    } catch (TransferException inTheWay) {
      return Optional.empty();
    }
  }

  boolean isEmpty() {
    return made.isEmpty();
  }

  /**
   * What is to be removed, if it is still as the engine made it; directories with something in them
   * stay by themselves.
   *
   * @param files of what the command left
   * @param at where a path of the image is in these
   */
  List<FileRemoval> removals(ContainerFiles files, UnaryOperator<String> at) throws IOException {
    List<FileRemoval> removals = new ArrayList<>();
    for (Map.Entry<String, Boolean> point : made.entrySet()) {
      if (point.getValue() || isEmptyFile(files, at.apply(point.getKey()))) {
        removals.add(new FileRemoval(point.getKey(), point.getValue()));
      }
    }
    return removals;
  }

  private static boolean isEmptyFile(ContainerFiles files, String path) throws IOException {
    Optional<PathStat> stat = files.stat(path);
    return stat.isPresent() && stat.get().kind() == Kind.FILE && stat.get().size() == 0;
  }
}
