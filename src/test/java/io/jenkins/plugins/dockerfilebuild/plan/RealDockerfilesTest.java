package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.dockerfilebuild.content.ContextTree;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Plans all Dockerfiles of the conformance vectors (424 of them of well-known projects), as if
 * every image and every file of the context existed.
 */
class RealDockerfilesTest {

  private static final Path FOLDER =
      Path.of(System.getProperty("conformance", "../shared/conformance"));

  @Test
  void everyDockerfileIsPlannedOrRefusedWithItsLine() throws IOException {
    assumeTrue(Files.isDirectory(FOLDER), "no conformance vectors in " + FOLDER);
    Map<Path, String> refused = new TreeMap<>();
    int planned = 0;
    for (Path file : dockerfiles()) {
      try {
        Dockerfile dockerfile = Dockerfile.parse("Dockerfile", Files.readAllBytes(file));
        BuildPlan plan = plan(dockerfile);
        assertThat(plan(dockerfile).definitionKeys())
            .as("%s", file)
            .isEqualTo(plan.definitionKeys());
        assertOrdered(plan, file);
        planned++;
      } catch (DockerfileException e) {
        refused.put(file, e.getMessage());
      }
    }
    assertThat(refused.values()).allMatch(message -> message.startsWith("Dockerfile:"));
    assertThat(planned).isGreaterThan(600);
  }

  private static void assertOrdered(BuildPlan plan, Path file) {
    for (PlannedStep step : plan.steps()) {
      assertThat(plan.steps().get(step.index())).as("%s", file).isSameAs(step);
      assertThat(step.predecessors()).as("%s", file).allMatch(other -> other < step.index());
    }
  }

  private static List<Path> dockerfiles() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER, 3)) {
      return files.filter(file -> file.endsWith("Dockerfile")).sorted().toList();
    }
  }

  private static BuildPlan plan(Dockerfile dockerfile) {
    BuildOptions options =
        BuildOptions.of(Platform.parse("linux/amd64"))
            .withAllowed(EnumSet.allOf(Entitlement.class));
    Map<ImageReference, ImageDescription> known = new HashMap<>();
    Map<RemoteSource, RemoteContent> fetched = new HashMap<>();
    while (true) {
      Planning planning =
          Planner.plan(dockerfile, options, BuildContexts.of(new EveryFile()), known, fetched);
      if (planning instanceof Planning.Planned planned) {
        return planned.plan();
      }
      if (planning instanceof Planning.NeedsSources needed) {
        for (RemoteSource source : needed.sources().keySet()) {
          Tree tree = new EveryFile().tree(source.text());
          fetched.put(source, new RemoteContent(tree, tree.digest()));
        }
        continue;
      }
      for (ImageNeed need : ((Planning.NeedsImages) planning).images()) {
        known.put(need.image(), image(need.image()));
      }
    }
  }

  private static ImageDescription image(ImageReference reference) {
    return new ImageDescription(
        Digest.of(reference.name()).toString(),
        Optional.empty(),
        reference.platform(),
        List.of(Digest.of("layer of " + reference.name())),
        ImageConfig.scratch(reference.platform()),
        0);
  }

  /** A context in which every path is a file that holds its own name. */
  private static final class EveryFile implements ContextTree {

    @Override
    public List<String> resolve(String source) {
      return List.of(source);
    }

    @Override
    public Tree tree(String path) {
      return tree(path, List.of());
    }

    @Override
    public Tree tree(String path, List<List<String>> leftOut) {
      TreeEntry file =
          new TreeEntry("", TreeEntry.Type.FILE, 0644, path.length(), Digest.of(path), "");
      return Tree.of(List.of(file));
    }

    @Override
    public InputStream open(Digest content) throws IOException {
      throw new IOException("planning reads no file");
    }
  }
}
