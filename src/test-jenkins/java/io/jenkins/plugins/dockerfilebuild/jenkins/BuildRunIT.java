package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.jenkins.pool.LeaseTask;
import io.jenkins.plugins.dockerfilebuild.jenkins.results.BuildSummary;
import io.jenkins.plugins.dockerfilebuild.jenkins.results.DockerfileBuildAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** What a run and its page say of a build that did not come to its end. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class BuildRunIT {

  @RegisterExtension static final SharedJenkins jenkins = new SharedJenkins();

  @TempDir private Path workspace;
  @TempDir private Path elsewhere;

  private final DockerfileBuildStep step = new DockerfileBuildStep();

  /** It said that the build was cut off. */
  @Test
  void thePageSaysWhyABuildDidNotBegin() throws Exception {
    step.setSecrets("token=nobody-has-it");

    FreeStyleBuild run = jenkins.waitForCompletion(start("FROM scratch\n"));

    jenkins.assertBuildStatus(Result.FAILURE, run);
    assertThat(summary(run).getProblem()).contains("nobody-has-it");
  }

  /** It failed, with a stack trace. */
  @Test
  void whoTakesTheSearchForAnAgentOutOfTheQueueCancelsTheBuild() throws Exception {
    step.setAgents("nobody-has-it");
    FreeStyleBuild run = start("FROM scratch\n");
    Optional<Queue.Item> search = search();
    while (search.isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(20);
      search = search();
    }

    jenkins.jenkins.getQueue().cancel(search.get());

    jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
    assertThat(JenkinsRule.getLog(run)).doesNotContain("CancellationException");
    assertThat(summary(run).getResult()).isEqualTo("CANCELED");
  }

  private static Optional<Queue.Item> search() {
    return Arrays.stream(jenkins.jenkins.getQueue().getItems())
        .filter(item -> item.task instanceof LeaseTask)
        .findFirst();
  }

  /** It was told with a stack trace. */
  @Test
  void anOutputThatCannotBeWrittenIsToldInOneLine() throws Exception {
    Files.createSymbolicLink(workspace.resolve("link"), elsewhere);
    step.setOutputs("type=local,dest=link/out");
    EnvironmentVariablesNodeProperty engine =
        new EnvironmentVariablesNodeProperty(
            new EnvironmentVariablesNodeProperty.Entry("DOCKER_HOST", TestEngine.first().host()));
    jenkins.jenkins.getGlobalNodeProperties().add(engine);
    try {
      FreeStyleBuild run = jenkins.waitForCompletion(start("FROM scratch\nCOPY Dockerfile /\n"));

      jenkins.assertBuildStatus(Result.FAILURE, run);
      assertThat(JenkinsRule.getLog(run))
          .contains("a link leads out of the workspace")
          .doesNotContain("\tat ");
    } finally {
      jenkins.jenkins.getGlobalNodeProperties().remove(engine);
    }
  }

  private FreeStyleBuild start(String dockerfile) throws Exception {
    Files.writeString(workspace.resolve("Dockerfile"), dockerfile);
    FreeStyleProject job = jenkins.createFreeStyleProject();
    job.setCustomWorkspace(workspace.toString());
    job.getBuildersList().add(new DockerfileBuilder(step));
    return job.scheduleBuild2(0).waitForStart();
  }

  private static BuildSummary summary(FreeStyleBuild run) {
    return run.getAction(DockerfileBuildAction.class).getBuilds().get(0);
  }
}
