package io.jenkins.plugins.dockerfilebuild.jenkins.results;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import io.jenkins.plugins.dockerfilebuild.jenkins.SharedJenkins;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a run keeps of its builds. */
final class DockerfileBuildActionIT {

  @RegisterExtension static final SharedJenkins jenkins = new SharedJenkins();

  private FreeStyleBuild run;

  @BeforeEach
  void build() throws Exception {
    run = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
  }

  @Test
  void aBuildThatDiedWithItsControllerIsNotShownAsRunning() throws Exception {
    DockerfileBuildAction.of(run).begin("app/Dockerfile");

    load();

    BuildSummary summary = builds().get(0);
    assertThat(summary.getResult()).isEqualTo("FAILURE");
    assertThat(summary.getDockerfile()).isEqualTo("app/Dockerfile");
    assertThat(summary.getProblem()).contains("controller stopped");
  }

  @Test
  void aBuildThatHasEndedIsKeptAsItEnded() throws Exception {
    BuildRecord record = DockerfileBuildAction.of(run).begin("Dockerfile");
    record.failed("Dockerfile:7: unknown instruction");
    record.end(List.of("app:1"));

    load();

    BuildSummary summary = builds().get(0);
    assertThat(summary.getProblem()).isEqualTo("Dockerfile:7: unknown instruction");
    assertThat(summary.getTags()).containsExactly("app:1");
  }

  /** As at the start of a controller, where Jenkins tells actions whose they are. */
  private void load() throws Exception {
    run.reload();
    run.getAction(DockerfileBuildAction.class).onLoad(run);
  }

  private List<BuildSummary> builds() {
    return run.getAction(DockerfileBuildAction.class).getBuilds();
  }
}
