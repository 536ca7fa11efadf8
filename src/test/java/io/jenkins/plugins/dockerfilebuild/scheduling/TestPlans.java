package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.ContextFilter;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.plan.BuildContexts;
import io.jenkins.plugins.dockerfilebuild.plan.BuildOptions;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import io.jenkins.plugins.dockerfilebuild.plan.Planner;
import io.jenkins.plugins.dockerfilebuild.plan.Planning;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Plans of Dockerfiles that need no image and nothing of a context. */
final class TestPlans {

  private TestPlans() {}

  /**
   * @param directory of the test
   */
  static BuildPlan of(Path directory, String... lines) {
    return of(BuildOptions.of(Platform.parse("linux/amd64")), directory, lines);
  }

  /**
   * @param directory of the test
   */
  static BuildPlan of(BuildOptions options, Path directory, String... lines) {
    DirectoryContext.Settings settings =
        new DirectoryContext.Settings(
            directory,
            ContextFilter.EVERYTHING,
            patterns -> ContextFilter.EVERYTHING,
            directory.resolveSibling("stat"));
    byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    try (DirectoryContext context = DirectoryContext.open(settings)) {
      Dockerfile dockerfile = Dockerfile.parse("Dockerfile", text);
      return ((Planning.Planned)
              Planner.plan(dockerfile, options, BuildContexts.of(context), Map.of(), Map.of()))
          .plan();
    }
  }
}
