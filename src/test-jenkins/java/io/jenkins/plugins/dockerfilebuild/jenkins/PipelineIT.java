package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.ExtensionList;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.Slave;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueTaskDispatcher;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.jenkins.results.BuildSummary;
import io.jenkins.plugins.dockerfilebuild.jenkins.results.DockerfileBuildAction;
import java.util.Arrays;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.InboundAgentRule;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.RealJenkinsRule;

/**
 * Pipelines in a controller of its own process, with the plugin as it was packaged, over agents in
 * processes of their own, each with a real engine. JUnit 4, as the rules are.
 */
public final class PipelineIT {

  private static final String JOB = "built";

  @Rule public final RealJenkinsRule jenkins = new RealJenkinsRule().javaOptions("-Xmx512m");
  @Rule public final InboundAgentRule agents = new InboundAgentRule();

  /**
   * Agents a, whose one executor the build holds, and b. Which engine is whose stands in Jenkins:
   * DOCKER_HOST of both processes is the same.
   */
  @Before
  public void start() throws Throwable {
    jenkins.startJenkins();
    start("a", TestEngine.first());
    start("b", TestEngine.second());
  }

  private void start(String name, TestEngine engine) throws Throwable {
    agents.createAgent(jenkins, options(name));
    jenkins.runRemotely(PipelineIT::setEngine, name, engine.host());
  }

  private static InboundAgentRule.Options options(String name) {
    return InboundAgentRule.Options.newBuilder().name(name).label("pool").webSocket().build();
  }

  private static void setEngine(JenkinsRule r, String agent, String host) throws Exception {
    Slave node = (Slave) r.jenkins.getNode(agent);
    node.getNodeProperties()
        .add(
            new EnvironmentVariablesNodeProperty(
                new EnvironmentVariablesNodeProperty.Entry("DOCKER_HOST", host)));
    node.save();
  }

  /** The build's page has one entry, and its log tells nothing of the agents that were cut off. */
  @Test
  public void aRunThatARestartCutsOffRunsAgainAndWhatWasFinishedIsFound() throws Throwable {
    begin("FROM " + TestEngine.BUSYBOX + "\nRUN echo first > /1\nRUN echo cut; sleep 9; echo on\n");
    jenkins.runRemotely(PipelineIT::await, "RUN echo cut");
    assertThat(TestEngine.first().awaitContainer("echo cut")).isTrue();

    jenkins.stopJenkins();
    jenkins.startJenkins();

    String log = jenkins.runRemotely(PipelineIT::end, Result.SUCCESS.toString());
    assertThat(log).contains("cached on a", "result hits=1 misses=1").doesNotContain("is lost");
    assertThat(jenkins.runRemotely(PipelineIT::summaries)).isEqualTo("[SUCCESS]");
  }

  /** Also: the agent that comes back takes part again, and an abort leaves no container. */
  @Test
  public void aStepWhoseAgentIsKilledRunsAgainOnTheAgentThatCameBack() throws Throwable {
    begin(stages("x", "y"));
    assertThat(TestEngine.first().awaitContainer("begins")).isTrue();
    assertThat(TestEngine.second().awaitContainer("begins")).isTrue();
    List<String> lost = TestEngine.second().containers("begins");

    agents.stop("b");
    jenkins.runRemotely(PipelineIT::await, "agent b is lost");
    agents.start(jenkins, options("b"));
    assertThat(TestEngine.second().awaitContainer("begins", lost)).isTrue();
    jenkins.runRemotely(PipelineIT::abort);

    jenkins.runRemotely(PipelineIT::end, Result.ABORTED.toString());
    assertThat(TestEngine.first().containers("begins")).isEmpty();
    assertThat(TestEngine.second().containers("begins")).isEmpty();
  }

  /**
   * Seen on a controller: steps that became ready at once all asked for the executor of one agent,
   * and queued there while another was idle.
   */
  @Test
  public void stepsThatAreReadyAtOnceAskForDifferentAgents() throws Throwable {
    start("c", TestEngine.second());
    begin(stages("x", "y", "z"));

    assertThat(TestEngine.first().awaitContainer("begins")).isTrue();
    assertThat(TestEngine.second().awaitContainer("begins")).isTrue();
    List<String> one = TestEngine.second().containers("begins");
    assertThat(one.size() > 1 || TestEngine.second().awaitContainer("begins", one)).isTrue();

    jenkins.runRemotely(PipelineIT::abort);
    jenkins.runRemotely(PipelineIT::end, Result.ABORTED.toString());
  }

  /**
   * Seen on a controller: a step had asked for the executor of an agent that was killed before it
   * gave it, and waited for that agent while another was idle.
   */
  @Test
  public void aStepDoesNotWaitForAnAgentThatIsGone() throws Throwable {
    jenkins.runRemotely(PipelineIT::refuseWork, "b");
    begin(stages("x", "y"));
    assertThat(TestEngine.first().awaitContainer("begins")).isTrue();
    jenkins.runRemotely(PipelineIT::awaitQueued, "b");

    agents.stop("b");
    start("c", TestEngine.second());

    assertThat(TestEngine.second().awaitContainer("begins")).isTrue();
    jenkins.runRemotely(PipelineIT::abort);
    jenkins.runRemotely(PipelineIT::end, Result.ABORTED.toString());
  }

  /** Seen on a controller: the build failed, with a stack trace. */
  @Test
  public void whoStopsAStepOnItsExecutorAbortsTheBuild() throws Throwable {
    begin(stages("x", "y"));
    assertThat(TestEngine.first().awaitContainer("begins")).isTrue();
    assertThat(TestEngine.second().awaitContainer("begins")).isTrue();

    jenkins.runRemotely(PipelineIT::stopExecutor, "b");

    String log = jenkins.runRemotely(PipelineIT::end, Result.ABORTED.toString());
    assertThat(log).contains("was stopped on its executor").doesNotContain("InterruptedException");
    assertThat(TestEngine.first().containers("begins")).isEmpty();
    assertThat(TestEngine.second().containers("begins")).isEmpty();
  }

  private static void stopExecutor(JenkinsRule r, String agent) {
    r.jenkins.getNode(agent).toComputer().getExecutors().get(0).doStop();
  }

  /** Stages of these names, each with a step that runs until it is stopped. */
  private static String stages(String... names) {
    String base = "FROM " + TestEngine.BUSYBOX;
    StringBuilder begins = new StringBuilder();
    StringBuilder ends = new StringBuilder(base + "\n");
    for (String name : names) {
      begins.append(
          "%s AS %s%nRUN echo %s begins; sleep 300; touch /%s%n".formatted(base, name, name, name));
      ends.append("COPY --from=%s /%s /%n".formatted(name, name));
    }
    return begins.append(ends).toString();
  }

  private void begin(String dockerfile) throws Throwable {
    String script =
        """
        node('a') {
          writeFile file: 'Dockerfile', text: '''%s'''
          def built = dockerfileBuild agents: 'pool', tags: ['it:1']
          echo "result hits=${built.hits} misses=${built.misses}"
        }
        """
            .formatted(dockerfile);
    jenkins.runRemotely(PipelineIT::schedule, script);
  }

  private static void schedule(JenkinsRule r, String script) throws Exception {
    WorkflowJob job = r.createProject(WorkflowJob.class, JOB);
    job.setDefinition(new CpsFlowDefinition(script, true));
    job.scheduleBuild2(0).waitForStart();
  }

  private static void await(JenkinsRule r, String message) throws Exception {
    r.waitForMessage(message, run(r));
  }

  /** The agent's executors are idle and take nothing. */
  private static void refuseWork(JenkinsRule r, String agent) {
    ExtensionList.lookup(QueueTaskDispatcher.class).add(0, new Refusal(agent));
  }

  private static final class Refusal extends QueueTaskDispatcher {

    private final String agent;

    Refusal(String agent) {
      this.agent = agent;
    }

    @Override
    public CauseOfBlockage canTake(Node node, Queue.BuildableItem item) {
      return node.getNodeName().equals(agent) ? new CauseOfBlockage.BecauseNodeIsBusy(node) : null;
    }
  }

  /** Waits until a step asks for an executor of the agent. */
  private static void awaitQueued(JenkinsRule r, String agent) {
    Queue queue = r.jenkins.getQueue();
    Label own = r.jenkins.getNode(agent).getSelfLabel();
    while (Arrays.stream(queue.getItems()).noneMatch(item -> own.equals(item.getAssignedLabel()))) {
      Thread.onSpinWait();
    }
  }

  private static void abort(JenkinsRule r) {
    run(r).doStop();
  }

  /** The log, once the run has ended as it should. */
  private static String end(JenkinsRule r, String result) throws Exception {
    WorkflowRun run = run(r);
    r.assertBuildStatus(Result.fromString(result), r.waitForCompletion(run));
    return JenkinsRule.getLog(run);
  }

  private static String summaries(JenkinsRule r) {
    List<BuildSummary> builds = run(r).getAction(DockerfileBuildAction.class).getBuilds();
    return builds.stream().map(BuildSummary::getResult).toList().toString();
  }

  private static WorkflowRun run(JenkinsRule r) {
    return r.jenkins.getItemByFullName(JOB, WorkflowJob.class).getBuildByNumber(1);
  }
}
