package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.model.Mount;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.docker.MountSources.MountPoint;
import io.jenkins.plugins.dockerfilebuild.execution.docker.MountSources.MountPointRemoval;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.AuxiliaryContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.AuxiliaryContainers.Removal;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers.ImageContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RawApi;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.VolumeFiles;
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

/**
 * Removes mount points that the engine made, where its layers are out of the agent's reach: what
 * the image lacks is found out before the command runs, and after it a container of our own, which
 * is shown the layer that the command wrote, removes what of it is empty.
 *
 * <p>The result is that of {@link MountPoints}. Links that the command itself put in the way lead
 * nowhere but to empty directories of the same layer: that container has no other files.
 */
final class ContainerMountPoints implements MountPointRemoval {

  private final Engine engine;
  private final AuxiliaryContainers containers;

  /** Paths that the engine will make, children before parents, and whether each is a directory. */
  private final Map<String, Boolean> made = new TreeMap<>(Comparator.reverseOrder());

  private ContainerMountPoints(Engine engine, AuxiliaryContainers containers) {
    this.engine = engine;
    this.containers = containers;
  }

  /** Opens the files of the image that the command runs on. */
  @FunctionalInterface
  interface ImageOpener {
    ImageContainer open() throws IOException;
  }

  static ContainerMountPoints expect(
      Engine engine,
      AuxiliaryContainers containers,
      ImageOpener image,
      List<MountPoint> points,
      List<String> wanted)
      throws IOException {
    ContainerMountPoints expected = new ContainerMountPoints(engine, containers);
    try (ImageContainer opened = image.open()) {
      for (MountPoint point : points) {
        expected.add(opened.files(), point);
      }
      if (!expected.made.isEmpty()) {
        expected.made.keySet().removeAll(withParents(opened.files(), wanted));
      }
    }
    return expected;
  }

  private void add(ContainerFiles image, MountPoint point) throws IOException {
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

  @Override
  public void removeFrom(StepContainer container, StepOutput output) throws IOException {
    if (made.isEmpty()) {
      return;
    }
    String upper =
        new RawApi(engine)
            .inspectContainer(container.id())
            .path("GraphDriver")
            .path("Data")
            .path("UpperDir")
            .asText();
    if (upper.isEmpty() || !containers.canRun()) {
      output.line(
          "The agent cannot reach the engine's layers: empty mount points stay in the image.",
          true);
      return;
    }
    Mount layer = AuxiliaryContainers.bind(upper);
    List<Removal> removals = removals(layer);
    if (!removals.isEmpty()) {
      // What is not empty any more stays, as it must.
      containers.remove(layer, removals);
    }
  }

  private List<Removal> removals(Mount layer) throws IOException {
    List<Removal> removals = new ArrayList<>();
    made.forEach((path, directory) -> removals.add(new Removal(path, directory)));
    if (made.containsValue(false)) {
      try (StepContainer reader = containers.holding(layer)) {
        for (Map.Entry<String, Boolean> point : made.entrySet()) {
          if (!point.getValue() && !isEmptyFile(reader.files(), point.getKey())) {
            removals.remove(new Removal(point.getKey(), false));
          }
        }
      }
    }
    return removals;
  }

  private static boolean isEmptyFile(ContainerFiles files, String path) throws IOException {
    Optional<PathStat> stat = files.stat(VolumeFiles.at(path));
    return stat.isPresent() && stat.get().kind() == Kind.FILE && stat.get().size() == 0;
  }
}
