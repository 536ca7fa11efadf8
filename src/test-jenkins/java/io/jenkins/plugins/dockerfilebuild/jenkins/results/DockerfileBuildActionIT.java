package io.jenkins.plugins.dockerfilebuild.jenkins.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.model.FreeStyleBuild;
import io.jenkins.plugins.dockerfilebuild.jenkins.SharedJenkins;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;

/** What a run keeps of its builds. */
final class DockerfileBuildActionIT {

  private static final int BRANCHES = 4;
  private static final int BUILDS_OF_A_BRANCH = 60;

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

  /** Branches of a Pipeline begin builds while Jenkins writes the run: some failed by that. */
  @Test
  void aRunIsWrittenWhileBuildsBegin() throws Exception {
    DockerfileBuildAction action = DockerfileBuildAction.of(run);
    Callable<Void> branch =
        () -> {
          for (int i = 0; i < BUILDS_OF_A_BRANCH; i++) {
            action.begin("Dockerfile");
          }
          return null;
        };
    ExecutorService branches = Executors.newFixedThreadPool(BRANCHES);
    try {
      for (Future<Void> end : branches.invokeAll(Collections.nCopies(BRANCHES, branch))) {
        end.get();
      }
    } finally {
      branches.shutdownNow();
    }

    assertThat(action.getBuilds())
        .extracting(BuildSummary::getNumber)
        .doesNotHaveDuplicates()
        .hasSize(BRANCHES * BUILDS_OF_A_BRANCH);
  }

  /** It was shown as one that runs, and kept in memory, until the controller ended. */
  @Test
  void aBuildWhoseReportCannotBeWrittenHasEnded() throws Exception {
    DockerfileBuildAction action = DockerfileBuildAction.of(run);
    BuildRecord record = action.begin("Dockerfile");
    Files.writeString(run.getRootDir().toPath().resolve("dockerfile-build"), "in the way");
    record.failed("Dockerfile:7: unknown instruction");

    assertThatThrownBy(() -> record.end(List.of())).isInstanceOf(IOException.class);

    assertThat(action.isRunning()).isFalse();
    load();
    assertThat(builds().get(0).getProblem()).isEqualTo("Dockerfile:7: unknown instruction");
  }

  /** A report has a megabyte for a large build, and scripts ask for runs all the time. */
  @Test
  void theApiOfTheRunHasSummariesAndThePagesOwnHasReports() throws Exception {
    BuildRecord record = DockerfileBuildAction.of(run).begin("Dockerfile");
    record.end(List.of("app:1"));

    assertThat(api(run.getUrl())).contains("\"tags\":[\"app:1\"]").doesNotContain("reports");
    assertThat(api(run.getUrl() + "dockerfile-build/")).contains("\"reports\":[{", "\"steps\":[]");
  }

  private static String api(String page) throws Exception {
    try (JenkinsRule.WebClient client = jenkins.createWebClient()) {
      return client
          .goTo(page + "api/json", "application/json")
          .getWebResponse()
          .getContentAsString();
    }
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
