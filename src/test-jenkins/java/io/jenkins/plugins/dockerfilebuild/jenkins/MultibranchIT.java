package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import hudson.model.TaskListener;
import hudson.scm.SCM;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import jenkins.branch.BranchProperty;
import jenkins.branch.BranchSource;
import jenkins.branch.DefaultBranchPropertyStrategy;
import jenkins.branch.NoTriggerBranchProperty;
import jenkins.scm.api.SCMHead;
import jenkins.scm.api.SCMHeadEvent;
import jenkins.scm.api.SCMHeadObserver;
import jenkins.scm.api.SCMRevision;
import jenkins.scm.api.SCMSource;
import jenkins.scm.api.SCMSourceCriteria;
import jenkins.scm.api.SCMSourceDescriptor;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.SingleFileSCM;
import org.jvnet.hudson.test.TestExtension;

/** A multibranch project on a real engine: who warms up whose cache directories. */
final class MultibranchIT {

  @RegisterExtension static final SharedJenkins jenkins = new SharedJenkins();

  private static final String STRANGER = "PR-1";
  private static final String MAINTAINER = "PR-2";

  /** Says whose the directory was before, and leaves the name of its branch there. */
  private static final String JENKINSFILE =
      """
      node {
        def add = env.ADD_GIT ? 'ADD https://127.0.0.1:1/some.git /src\\n' : ''
        writeFile file: 'Dockerfile', text: '''FROM %s
      ARG BRANCH
      RUN --mount=type=cache,target=/c,id=m echo "found `cat /c/who`."; echo $BRANCH > /c/who
      ''' + add
        dockerfileBuild buildArgs: [BRANCH: env.BRANCH_NAME], noCache: true
      }
      """
          .formatted(TestEngine.BUSYBOX);

  private WorkflowMultiBranchProject project;

  @BeforeAll
  static void engine() {
    environment("DOCKER_HOST", TestEngine.first().host());
  }

  /**
   * Another for each test: what one leaves in cache directories is none of the other's business.
   */
  @BeforeEach
  void index() throws Exception {
    project = jenkins.createProject(WorkflowMultiBranchProject.class);
    BranchSource source = new BranchSource(new Source());
    // What is found is built at once otherwise, in any order.
    BranchProperty[] properties = {new NoTriggerBranchProperty()};
    source.setStrategy(new DefaultBranchPropertyStrategy(properties));
    project.getSourcesList().add(source);
    project.scheduleBuild2(0).getFuture().get();
    jenkins.waitUntilNoActivity();
    assertThat(project.getItems())
        .extracting(WorkflowJob::getName)
        .containsExactlyInAnyOrder("main", STRANGER, MAINTAINER);
  }

  private static void environment(String name, String value) {
    jenkins
        .jenkins
        .getGlobalNodeProperties()
        .add(
            new EnvironmentVariablesNodeProperty(
                new EnvironmentVariablesNodeProperty.Entry(name, value)));
  }

  @Test
  void changeRequestsAreWarmAndOnlyThoseThatAreTrustedAreSeenByOthers() throws Exception {
    build("main", Result.SUCCESS);
    assertThat(build(STRANGER, Result.SUCCESS))
        .contains("found main.")
        .contains("from somebody whom the project does not trust")
        .containsPattern("only builds of .*PR-1 see what steps write");
    assertThat(build("main", Result.SUCCESS)).contains("found main.");
    assertThat(build(STRANGER, Result.SUCCESS)).contains("found PR-1.");

    assertThat(build(MAINTAINER, Result.SUCCESS)).contains("found main.");
    assertThat(build("main", Result.SUCCESS)).contains("found PR-2.");
  }

  @Test
  void aStrangerDoesNotUseTheGitLoginsOfAnAgent() throws Exception {
    environment("ADD_GIT", "yes");
    assertThat(build(STRANGER, Result.FAILURE)).contains("may not use the git logins of an agent");
    assertThat(build(MAINTAINER, Result.FAILURE)).doesNotContain("may not use");
    environment("ADD_GIT", "");
  }

  private String build(String branch, Result result) throws Exception {
    WorkflowRun run = project.getItem(branch).scheduleBuild2(0).get();
    jenkins.assertBuildStatus(result, run);
    return JenkinsRule.getLog(run);
  }

  /** A branch and two change requests, each of one revision; the stranger's is not trusted. */
  public static final class Source extends SCMSource {

    private static final Map<String, SCMHead> HEADS =
        Map.of(
            "main",
            new SCMHead("main"),
            STRANGER,
            new ChangeRequest(STRANGER),
            MAINTAINER,
            new ChangeRequest(MAINTAINER));

    Source() {
      setId("source");
    }

    @Override
    public SCMRevision getTrustedRevision(SCMRevision revision, TaskListener listener) {
      boolean trusted = !revision.getHead().getName().equals(STRANGER);
      return trusted ? revision : new ChangeRequest.Revision(HEADS.get("main"), "main");
    }

    @Override
    protected void retrieve(
        SCMSourceCriteria criteria,
        SCMHeadObserver observer,
        SCMHeadEvent<?> event,
        TaskListener listener)
        throws IOException, InterruptedException {
      for (SCMHead head : List.copyOf(HEADS.values())) {
        observer.observe(head, new ChangeRequest.Revision(head, head.getName()));
      }
    }

    @Override
    public SCM build(SCMHead branch, SCMRevision revision) {
      return new SingleFileSCM("Jenkinsfile", JENKINSFILE);
    }

    /** Found by Jenkins as it is nested here. */
    @TestExtension
    public static final class DescriptorImpl extends SCMSourceDescriptor {
      @Override
      public String getDisplayName() {
        return "of a test";
      }
    }
  }
}
