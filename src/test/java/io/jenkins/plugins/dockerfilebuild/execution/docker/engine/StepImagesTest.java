package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StepImagesTest {

  @TempDir Path directory;

  /** Nothing younger than it was ever removed, nor any cache directory: a pass ended there. */
  @Test
  void anImageThatTheEngineCannotRemoveKeepsNoOtherFromGoing() throws Exception {
    try (FakeEngine fake = new FakeEngine()) {
      fake.answers(
              "GET /images/json", 200, "[" + image("broken", 1) + "," + image("other", 2) + "]")
          .answers("GET /images/broken/json", 200, "{}")
          .answers("GET /images/other/json", 200, "{}")
          .answers("DELETE /images/broken", 500, "{\"message\":\"layer does not exist\"}")
          .answers("DELETE /images/other", 200, "[]");
      ImageUses uses = new ImageUses(directory.resolve("uses"), InstantSource.system());
      StepImages images = new StepImages(fake.engine(), new EngineImages(fake.engine()), uses);

      assertThat(images.prune(0, Duration.ZERO).count()).isEqualTo(1);

      fake.awaitRequest("DELETE /images/other");
    }
  }

  private static String image(String id, int created) {
    return "{'Id':'%s','ParentId':'','RepoTags':null,'Created':%d,'Size':10,'Labels':{'%s':'k'}}"
        .formatted(id, created, StepLabels.KEY)
        .replace('\'', '"');
  }
}
