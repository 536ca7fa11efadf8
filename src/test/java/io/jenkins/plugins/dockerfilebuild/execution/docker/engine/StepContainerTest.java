package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When containers go, by an engine that answers at the wrong moment. */
@Timeout(60)
class StepContainerTest {

  private static final String CREATE = "POST /containers/create";
  private static final String REMOVE = "DELETE /containers/c1";
  private static final String MADE = "{\"Id\":\"c1\",\"Warnings\":[]}";

  private final FakeEngine fake;

  StepContainerTest() throws Exception {
    fake = new FakeEngine();
  }

  @AfterEach
  void close() {
    fake.close();
  }

  /** An agent stays connected for weeks, and only its session's end removed the container. */
  @Test
  void whatIsMadeForAStepThatWasCanceledMeanwhileIsRemoved() throws Exception {
    CountDownLatch when = new CountDownLatch(1);
    fake.answers(CREATE, 201, MADE, when);
    CountDownLatch canceled = new CountDownLatch(1);
    Thread step =
        new Thread(
            () -> {
              try {
                StepContainer.holding(fake.engine(), "image", "session").close();
              } catch (CancellationException e) {
                canceled.countDown();
              }
            });
    step.start();
    fake.awaitRequest(CREATE);

    step.interrupt();
    canceled.await();
    when.countDown();

    fake.awaitRequest(REMOVE);
  }

  @Test
  void whatSomebodyElseRemovesAtTheSameTimeIsGone() {
    String inProgress = "{\"message\":\"removal of container c1 is already in progress\"}";
    fake.answers(CREATE, 201, MADE).answers(REMOVE, 409, inProgress);

    assertThatCode(() -> StepContainer.holding(fake.engine(), "image", "session").close())
        .doesNotThrowAnyException();
  }

  @Test
  void whatEndsWithItsAgentIsLeftToTheSession() throws Exception {
    fake.answers(CREATE, 201, MADE);
    StepContainer container = StepContainer.holding(fake.engine(), "image", "session");
    container.closeLater();
    fake.engine().finishBackground();

    assertThatCode(container::close).doesNotThrowAnyException();
    assertThat(fake.count(REMOVE)).isZero();
  }

  @Test
  void aVolumeThatSomebodysContainerHasIsLeftToTheSession() {
    fake.answers("DELETE /volumes/v1", 409, "{\"message\":\"volume is in use\"}");

    assertThatCode(() -> Volumes.remove(fake.engine(), "v1")).doesNotThrowAnyException();
  }
}
