package io.jenkins.plugins.dockerfilebuild.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContextFilter;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.coordination.FileBuildHistory;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.plan.BuildOptions;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.CachePolicy;
import io.jenkins.plugins.dockerfilebuild.scheduling.TestAgents;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a build that is interrupted while it asks an agent. */
class CanceledBuildTest {

  @TempDir private Path directory;

  private final List<BuildEvent> told = new ArrayList<>();

  /** Is interrupted while it makes the image, as a call to any agent then ends. */
  private static Agent interrupted() {
    return TestAgents.answering(
        "a1",
        1,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "inventory" -> Map.of();
              case "assemble" -> {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
              }
              default -> throw new AssertionError("nobody should call " + method.getName());
            });
  }

  private void build(Agent agent) throws Exception {
    DirectoryContext.Settings settings =
        new DirectoryContext.Settings(
            directory,
            ContextFilter.EVERYTHING,
            patterns -> ContextFilter.EVERYTHING,
            directory.resolve("stat"));
    try (DirectoryContext context = DirectoryContext.open(settings)) {
      BuildRequest request =
          new BuildRequest(
              "Dockerfile",
              Bytes.utf8("FROM scratch\nLABEL a=b\n"),
              context,
              BuildOptions.of(Platform.parse("linux/amd64")),
              false,
              false,
              CachePolicy.READ_WRITE,
              Map.of(),
              BuildRequest.Destination.named(List.of()));
      var unused =
          new DockerfileBuild(List.of(agent), new FileBuildHistory(directory.resolve("history")))
              .run(request, this::tell);
    }
  }

  private void tell(BuildEvent event) {
    // Whoever listens may write a file, which an interrupted thread cannot.
    assertThat(Thread.interrupted()).isFalse();
    told.add(event);
  }

  @Test
  void aBuildThatIsInterruptedWhileItsImageIsMadeIsCanceled() {
    assertThatThrownBy(() -> build(interrupted())).isInstanceOf(InterruptedException.class);

    assertThat(told.get(told.size() - 1))
        .isInstanceOfSatisfying(
            BuildEvent.Finished.class,
            end -> {
              assertThat(end.result()).isEqualTo(BuildEvent.Result.CANCELED);
              assertThat(end.problem()).isEqualTo(Optional.of("canceled"));
            });
  }
}
