package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.AbortException;
import hudson.model.FreeStyleBuild;
import hudson.model.Item;
import hudson.model.TaskListener;
import hudson.scm.NullSCM;
import hudson.scm.SCM;
import io.jenkins.plugins.dockerfilebuild.jenkins.administration.DockerfileBuildGlobalConfiguration;
import io.jenkins.plugins.dockerfilebuild.jenkins.cluster.ClusterConfiguration;
import io.jenkins.plugins.dockerfilebuild.jenkins.cluster.ClusterRole;
import io.jenkins.plugins.dockerfilebuild.scheduling.CachePolicy;
import java.util.function.UnaryOperator;
import jenkins.scm.api.SCMHead;
import jenkins.scm.api.SCMHeadEvent;
import jenkins.scm.api.SCMHeadObserver;
import jenkins.scm.api.SCMRevision;
import jenkins.scm.api.SCMRevisionAction;
import jenkins.scm.api.SCMSource;
import jenkins.scm.api.SCMSourceCriteria;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.TestExtension;

/** What builds of branches and of change requests may do with cache directories. */
final class TrustIT {

  @RegisterExtension static final SharedJenkins jenkins = new SharedJenkins();

  /** What every job is a branch of, and whom that trusts. */
  private static SCMHead head = new SCMHead("main");

  private static String trusted = "";

  private FreeStyleBuild run;

  @BeforeEach
  void build() throws Exception {
    head = new SCMHead("main");
    run = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
  }

  @Test
  void aBranchReadsAndWrites() throws Exception {
    assertThat(policy()).isEqualTo(CacheAccess.READ_WRITE.of(run.getParent()));
  }

  @Test
  void aChangeRequestOfSomebodyTrustedReadsAndWrites() throws Exception {
    proposal("by a maintainer");
    trusted = "by a maintainer";

    assertThat(policy()).isEqualTo(CacheAccess.READ_WRITE.of(run.getParent()));
  }

  @Test
  void aChangeRequestOfAStrangerForks() throws Exception {
    proposal("by a stranger");
    trusted = "what it is for";

    assertThat(policy()).isEqualTo(CacheAccess.FORK.of(run.getParent()));
  }

  @Test
  void aChangeRequestOfWhichNothingIsKnownForks() throws Exception {
    head = new ChangeRequest("PR-1");

    assertThat(policy()).isEqualTo(CacheAccess.FORK.of(run.getParent()));
  }

  @Test
  void aStrangerNamesNoNamespace() throws Exception {
    proposal("by a stranger");
    trusted = "what it is for";
    assertThatThrownBy(() -> trust().namespace(configuration("other-team")))
        .isInstanceOf(AbortException.class)
        .hasMessageStartingWith("cacheNamespace: ");
  }

  /** Otherwise who may configure one job could fill the directories that another job trusts. */
  @Test
  void namingAJobIsNotItsNamespace() throws Exception {
    head = null;
    String own = trust().namespace(configuration(""));

    assertThat(own).isEqualTo(run.getParent().getFullName());
    assertThat(trust().namespace(configuration(own))).isEqualTo("shared:" + own);
  }

  /** Two controllers of a cluster may each have one, which others may configure. */
  @Test
  void aJobOfTheSameNameOnAnotherControllerIsAnotherJob() throws Exception {
    head = null;
    ClusterConfiguration cluster = new ClusterConfiguration();
    cluster.setRole(ClusterRole.CLIENT.word());
    DockerfileBuildGlobalConfiguration.get().setCluster(cluster);
    try {
      assertThat(trust().namespace(configuration("")))
          .matches("[0-9a-f]{12}:" + run.getParent().getFullName());
      assertThat(trust().namespace(configuration("team"))).isEqualTo("shared:team");
    } finally {
      DockerfileBuildGlobalConfiguration.get().setCluster(new ClusterConfiguration());
    }
  }

  private static DockerfileBuildConfiguration configuration(String namespace) throws Exception {
    DockerfileBuildStep step = new DockerfileBuildStep();
    step.setCacheNamespace(namespace);
    return Configurations.of(step, UnaryOperator.identity());
  }

  private void proposal(String revision) {
    head = new ChangeRequest("PR-1");
    run.addAction(new SCMRevisionAction(new Source(), new ChangeRequest.Revision(head, revision)));
  }

  private CachePolicy policy() throws Exception {
    return trust().policy(configuration(""));
  }

  private Trust trust() throws Exception {
    return Trust.of(run, TaskListener.NULL);
  }

  /** A source of branches that trusts one revision. */
  private static final class Source extends SCMSource {

    Source() {
      setId("source");
    }

    @Override
    public SCMRevision getTrustedRevision(SCMRevision revision, TaskListener listener) {
      return new ChangeRequest.Revision(revision.getHead(), trusted);
    }

    @Override
    protected void retrieve(
        SCMSourceCriteria criteria,
        SCMHeadObserver observer,
        SCMHeadEvent<?> event,
        TaskListener listener) {}

    @Override
    public SCM build(SCMHead branch, SCMRevision revision) {
      return new NullSCM();
    }
  }

  /** Makes every job a branch. */
  @TestExtension
  public static final class Heads extends SCMHead.HeadByItem {
    @Override
    public SCMHead getHead(Item item) {
      return head;
    }
  }

  /** Gives every job the same source. */
  @TestExtension
  public static final class Sources extends SCMSource.SourceByItem {
    @Override
    public SCMSource getSource(Item item) {
      return new Source();
    }
  }
}
