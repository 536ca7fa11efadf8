package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Namespaces on an engine that takes its time. */
@Timeout(60)
class NetworkNamespacesTest {

  private static final StepRequest.Run RUN =
      new StepRequest.Run(List.of("true"), List.of(), List.of(), Map.of(), "default", false);

  private static final String CREATE = "POST /containers/create";
  private static final String START = "POST /containers/n1/start";
  private static final String REMOVE = "DELETE /containers/n1";

  @TempDir Path directory;
  private FakeEngine fake;

  @BeforeEach
  void start() throws Exception {
    Path hosts = Files.createFile(directory.resolve("hosts"));
    String state =
        "{'State':{'Running':true},'HostsPath':'%1$s','ResolvConfPath':'%1$s','HostnamePath':'%1$s'}";
    fake = new FakeEngine();
    fake.answers(CREATE, 201, "{\"Id\":\"n1\",\"Warnings\":[]}")
        .answers("GET /containers/n1/json", 200, state.formatted(hosts).replace('\'', '"'));
  }

  @AfterEach
  void close() {
    fake.close();
  }

  private NetworkNamespaces namespaces(Duration rest) {
    return new NetworkNamespaces(fake.engine(), "session", () -> Optional.of("image"), rest);
  }

  /** Two caches that are counted take both threads that do what nobody waits for. */
  @Test
  void aCommandWaitsForItsNamespaceAloneAndNotForWhatIsDoneInTheBackground() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 2; i++) {
      fake.engine()
          .later(
              () -> {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  // The test is over.
                }
              });
    }
    NetworkNamespaces namespaces = namespaces(Duration.ofHours(1));
    namespaces.expect(RUN);

    assertThat(namespaces.acquire(RUN).networkMode()).contains("container:n1");
  }

  /** Its mounts could not be brought up, say; an agent stays connected for weeks. */
  @Test
  void aNamespaceWhoseCommandDoesNotComeIsOneThatNobodyUses() throws Exception {
    namespaces(Duration.ofMillis(1)).expect(RUN);

    fake.awaitRequest(REMOVE);
  }

  @Test
  void aNamespaceWhoseCommandIsCanceledWhileItWaitsIsOneThatNobodyUses() throws Exception {
    CountDownLatch when = new CountDownLatch(1);
    fake.answers(START, 204, "", when);
    NetworkNamespaces namespaces = namespaces(Duration.ofMillis(1));
    namespaces.expect(RUN);
    CountDownLatch canceled = new CountDownLatch(1);
    Thread command =
        new Thread(
            () -> {
              try {
                namespaces.acquire(RUN).close();
              } catch (InterruptedException e) {
                canceled.countDown();
              }
            });
    command.start();
    command.interrupt();
    canceled.await();

    when.countDown();

    fake.awaitRequest(REMOVE);
  }

  @Test
  void aNamespaceThatCannotBeStartedIsRemovedAndNoneIsTriedAgain() throws Exception {
    fake.answers(START, 500, "{\"message\":\"no\"}");
    NetworkNamespaces namespaces = namespaces(Duration.ofHours(1));
    namespaces.expect(RUN);
    assertThat(namespaces.acquire(RUN).networkMode()).isEmpty();
    fake.awaitRequest(REMOVE);

    namespaces.expect(RUN);
    assertThat(namespaces.acquire(RUN).networkMode()).isEmpty();
    assertThat(fake.count(CREATE)).isZero();
  }

  @Test
  void afterAnEngineWasAwayForAMomentNamespacesArePreparedAgain() throws Exception {
    fake.breaksOff(START);
    NetworkNamespaces namespaces = namespaces(Duration.ofHours(1));
    namespaces.expect(RUN);
    assertThat(namespaces.acquire(RUN).networkMode()).isEmpty();

    fake.answers(START, 204, "");
    namespaces.expect(RUN);
    assertThat(namespaces.acquire(RUN).networkMode()).contains("container:n1");
  }
}
