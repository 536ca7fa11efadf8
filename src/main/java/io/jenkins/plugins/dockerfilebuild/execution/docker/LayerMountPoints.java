package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RawApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Removes mount points in the engine's own directories, which lie on the agent's machine. */
record LayerMountPoints(Engine engine) implements MountPointRemovals {

  @Override
  public Removal expect(String image, List<MountPoint> points, List<String> wanted) {
    List<String> targets = points.stream().map(MountPoint::target).toList();
    return (container, output) -> {
      JsonNode graph =
          new RawApi(engine).inspectContainer(container.id()).path("GraphDriver").path("Data");
      Path upper = Path.of(graph.path("UpperDir").asText("/nonexistent"));
      if (Files.isWritable(upper)) {
        remove(graph, upper, targets, wanted);
      } else {
        output.line(
            "The agent cannot write to the engine's layers: empty mount points stay in the image.",
            true);
      }
      return Cleaned.of(container);
    };
  }

  private static void remove(JsonNode graph, Path upper, List<String> targets, List<String> wanted)
      throws IOException {
    List<Path> lower =
        Arrays.stream(graph.path("LowerDir").asText("").split(":"))
            .filter(path -> !path.isEmpty() && !path.endsWith("-init/diff"))
            .map(Path::of)
            .toList();
    new MountPoints(upper, lower, wanted).remove(targets);
  }
}
