package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Label;
import hudson.model.Node;
import hudson.model.labels.LabelAtom;
import hudson.slaves.Cloud;
import hudson.slaves.DumbSlave;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import hudson.slaves.NodeProvisioner.PlannedNode;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.File;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.RealJenkinsRule;

/** A cloud brings agents, processes of their own with a real engine each, for steps that wait. */
public final class CloudIT {

  private static final String LABEL = "pool";

  /** Jenkins waits for minutes before it believes in a load. */
  @Rule
  public final RealJenkinsRule jenkins =
      new RealJenkinsRule()
          .javaOptions(
              "-Xmx512m",
              "-Dhudson.model.LoadStatistics.clock=500",
              "-Dhudson.model.LoadStatistics.decay=0.1",
              "-Dhudson.slaves.NodeProvisioner.initialDelay=0");

  /** The build holds an executor of the controller, which has not the label. */
  @Test
  public void aCloudBringsAnAgentForTheFirstStepAndAnotherForTheNextThatWaits() throws Throwable {
    jenkins.startJenkins();
    String hosts = TestEngine.first().host() + " " + TestEngine.second().host();
    jenkins.runRemotely(CloudIT::begin, hosts, TestEngine.BUSYBOX);

    assertThat(TestEngine.first().awaitContainer("begins")).isTrue();
    assertThat(TestEngine.second().awaitContainer("begins")).isTrue();

    jenkins.runRemotely(CloudIT::abort);
    assertThat(TestEngine.first().containers("begins")).isEmpty();
    assertThat(TestEngine.second().containers("begins")).isEmpty();
  }

  private static void begin(JenkinsRule r, String hosts, String base) throws Exception {
    r.jenkins.clouds.add(new Engines(r, List.of(hosts.split(" "))));
    WorkflowJob job = r.createProject(WorkflowJob.class, "clouded");
    String script =
        """
        node('built-in') {
          writeFile file: 'Dockerfile', text: '''FROM %1$s AS x
        RUN echo x begins; sleep 300; touch /x
        FROM %1$s AS y
        RUN echo y begins; sleep 300; touch /y
        FROM %1$s
        COPY --from=x /x /
        COPY --from=y /y /
        '''
          dockerfileBuild agents: '%2$s'
        }
        """
            .formatted(base, LABEL);
    job.setDefinition(new CpsFlowDefinition(script, true));
    job.scheduleBuild2(0).waitForStart();
  }

  private static void abort(JenkinsRule r) throws Exception {
    WorkflowRun run = r.jenkins.getItemByFullName("clouded", WorkflowJob.class).getLastBuild();
    run.doStop();
    r.waitForCompletion(run);
  }

  /** An agent with one executor for each engine. */
  private static final class Engines extends Cloud {

    private final transient JenkinsRule jenkins;
    private final transient List<String> free;

    Engines(JenkinsRule jenkins, List<String> hosts) {
      super("engines");
      this.jenkins = jenkins;
      this.free = new ArrayList<>(hosts);
    }

    @Override
    public boolean canProvision(CloudState state) {
      Label label = state.getLabel();
      synchronized (this) {
        return label != null && label.matches(Set.of(new LabelAtom(LABEL))) && !free.isEmpty();
      }
    }

    @Override
    public synchronized Collection<PlannedNode> provision(CloudState state, int excess) {
      List<PlannedNode> planned = new ArrayList<>();
      while (planned.size() < excess && !free.isEmpty()) {
        String host = free.remove(0);
        String name = "engine-" + free.size();
        Callable<Node> agent = () -> agent(name, host);
        planned.add(
            new PlannedNode(name, hudson.model.Computer.threadPoolForRemoting.submit(agent), 1));
      }
      return planned;
    }

    private Node agent(String name, String host) throws Exception {
      File root = new File(jenkins.jenkins.getRootDir(), "agents/" + name);
      DumbSlave agent = new DumbSlave(name, root.getPath(), jenkins.createComputerLauncher(null));
      agent.setNumExecutors(1);
      agent.setLabelString(LABEL);
      agent
          .getNodeProperties()
          .add(
              new EnvironmentVariablesNodeProperty(
                  new EnvironmentVariablesNodeProperty.Entry("DOCKER_HOST", host)));
      return agent;
    }
  }
}
