package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.EnvVars;
import hudson.model.Computer;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.security.ACL;
import hudson.security.AuthorizationStrategy;
import hudson.slaves.DumbSlave;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.dockerfilebuild.jenkins.SharedJenkins;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.springframework.security.core.Authentication;

/** Leases in a real queue and on real executors. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class LeaseIT {

  @RegisterExtension static final SharedJenkins jenkins = new SharedJenkins();

  private final CountDownLatch begun = new CountDownLatch(1);
  private final Lease lease = new Lease(begun::countDown);
  private FreeStyleBuild run;

  @BeforeEach
  void build() throws Exception {
    FreeStyleProject job = jenkins.createFreeStyleProject();
    run = jenkins.buildAndAssertSuccess(job);
  }

  @AfterEach
  void leaveNothing() throws Exception {
    lease.release();
    jenkins.waitUntilNoActivity();
  }

  /** Seen on a controller: an aborted build left its leases in the queue. */
  @Test
  void aLeaseThatIsGivenUpLeavesTheQueueHoweverFarItIsThere() throws Exception {
    request("nobody-has-it");
    Queue queue = jenkins.jenkins.getQueue();
    queue.maintain();
    assertThat(queue.getBuildableItems()).hasSize(1);

    lease.release();

    assertThat(queue.getItems()).isEmpty();
  }

  @Test
  void aLeaseHoldsAnExecutorUntilItIsReleased() throws Exception {
    DumbSlave agent = jenkins.createOnlineSlave(Label.get("leased"));
    request("leased");
    assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();

    assertThat(lease.computer()).contains(agent.toComputer());
    assertThat(agent.toComputer().countBusy()).isEqualTo(1);

    lease.release();
    jenkins.waitUntilNoActivity();
    assertThat(agent.toComputer().countIdle()).isEqualTo(1);
  }

  @Test
  void theQueueNamesBuildAndStep() throws Exception {
    request("nobody-has-it");

    String answer =
        jenkins
            .createWebClient()
            .goTo("queue/api/json?tree=items[task[name,url]]", "application/json")
            .getWebResponse()
            .getContentAsString();

    assertThat(answer).contains("Dockerfile step 3 RUN make", run.getUrl());
  }

  /** Taking it out of the queue is the user's way to say no. */
  @Test
  void aLeaseThatSomebodyTakesOutOfTheQueueIsRefused() throws Exception {
    request("nobody-has-it");
    Queue queue = jenkins.jenkins.getQueue();
    queue.maintain();
    queue.cancel(queue.getItems()[0]);

    assertThat(lease.isRefused()).isTrue();
    assertThat(lease.computer()).isEqualTo(Optional.<Computer>empty());
  }

  /** The queue would give it no executor there, so nothing of the agent is for it to see. */
  @Test
  void anAgentThatTheBuildMayNotUseIsNotAsked() throws Exception {
    DumbSlave agent = jenkins.createOnlineSlave(Label.get("closed"));
    jenkins.jenkins.setAuthorizationStrategy(
        new MockAuthorizationStrategy().grant(Jenkins.READ).everywhere().toEveryone());
    try {
      assertThat(isAsked(agent, Jenkins.ANONYMOUS2)).isFalse();
      assertThat(isAsked(agent, ACL.SYSTEM2)).isTrue();
    } finally {
      jenkins.jenkins.setAuthorizationStrategy(AuthorizationStrategy.UNSECURED);
    }
  }

  /** Its channel stays, so Jenkins does not tell that it came online: it took no part. */
  @Test
  void anAgentThatIsPutBackIntoServiceJoins() throws Exception {
    EnvVars noEngine = new EnvVars("DOCKER_HOST", "unix:///nowhere");
    DumbSlave agent = jenkins.createOnlineSlave(Label.get("serviced"), noEngine);
    agent.toComputer().setTemporarilyOffline(true, new OfflineCause.ByCLI("service"));
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    LeasedAgents.Order order =
        new LeasedAgents.Order(
            run, agent.toComputer(), Label.get("serviced"), 1, ACL.SYSTEM2, told::add);
    try (LeasedAgents pool = LeasedAgents.open(order)) {
      assertThat(pool.agents()).isEmpty();
      assertThat(told).isEmpty();

      agent.toComputer().setTemporarilyOffline(false, null);

      assertThat(told.poll(1, TimeUnit.MINUTES)).startsWith("agent " + agent.getNodeName());
    }
  }

  /** One that is asked is of use, or the user is told why it is not. */
  private boolean isAsked(DumbSlave agent, Authentication user) throws Exception {
    java.util.Queue<String> told = new ConcurrentLinkedQueue<>();
    LeasedAgents.Order order =
        new LeasedAgents.Order(run, agent.toComputer(), Label.get("closed"), 1, user, told::add);
    try (LeasedAgents pool = LeasedAgents.open(order)) {
      return !pool.agents().isEmpty() || !told.isEmpty();
    }
  }

  private void request(String label) {
    lease.request(
        new LeaseTask.Purpose(run, "Dockerfile step 3 RUN make", Jenkins.getAuthentication2()),
        Label.get(label));
  }
}
