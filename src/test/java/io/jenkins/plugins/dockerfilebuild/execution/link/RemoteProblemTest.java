package io.jenkins.plugins.dockerfilebuild.execution.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException;
import io.jenkins.plugins.dockerfilebuild.execution.PullPolicy;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.StepImage;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a caller is told when the agent or the link fails. */
@Timeout(120)
final class RemoteProblemTest extends LinkFixture {

  private static final OperationEvent LINE = new OperationEvent.Line("x", false);

  /** Answers what is no image id. */
  record Lying() {

    public Map<String, StepImage> inventory() {
      return Map.of("key", new StepImage("--privileged", Map.of(), 0));
    }

    public StepOutcome run(StepRequest request, StepOutput output) {
      return new StepOutcome.Succeeded("latest", List.of());
    }
  }

  @Test
  void aBrokenLinkIsALostAgent() {
    AgentLink broken =
        new ForwardingLink(new InProcessLink(request -> request)) {
          @Override
          public CompletableFuture<byte[]> call(byte[] request) {
            return CompletableFuture.failedFuture(new IOException("connection reset"));
          }
        };
    AgentServices remote = new RemoteAgentServices(broken);
    opened.add(remote);

    assertThatThrownBy(remote::info)
        .isInstanceOf(AgentLostException.class)
        .hasMessageContaining("connection reset");
    assertThat(remote.run(STEP, (line, error) -> {})).isInstanceOf(StepOutcome.Lost.class);
  }

  @Test
  void anAgentThatTalksNonsenseIsLost() {
    AgentServices remote = new RemoteAgentServices(new InProcessLink(request -> new byte[] {1, 2}));
    opened.add(remote);

    assertThatThrownBy(remote::inventory)
        .isInstanceOf(AgentLostException.class)
        .hasMessageContaining("does not answer as it should");
  }

  @Test
  void anAgentThatTellsEventsTwiceIsLost() {
    assertIsLostSoon(count -> new AgentFrame.Events(count, Collections.nCopies(2, LINE)));
  }

  @Test
  void anAgentThatLeavesEventsOutIsLost() {
    assertIsLostSoon(
        count ->
            new AgentFrame.Events(
                count % 2 == 0 ? 1_000_000 + 10 * count : count / 2, List.of(LINE)));
  }

  private void assertIsLostSoon(IntFunction<AgentFrame> answers) {
    AtomicInteger answered = new AtomicInteger();
    AgentServices remote = answering(answers, answered);
    assertThat(remote.run(STEP, (line, error) -> {}))
        .isInstanceOfSatisfying(
            StepOutcome.Lost.class,
            lost -> assertThat(lost.reason()).contains("does not answer as it should"));
    assertThat(answered).hasValueLessThan(10);
  }

  @Test
  void noMoreAnswersAreKeptThanCanOvertakeOneAnother() {
    List<OperationEvent> data = List.of(new OperationEvent.Data(Bytes.utf8("x")));
    AtomicInteger answered = new AtomicInteger();
    AgentServices remote =
        answering(
            // Every fifth is the next.
            count ->
                new AgentFrame.Events(count % 5 == 0 ? count / 5 : 1_000_000 + 2L * count, data),
            answered);

    assertThatThrownBy(() -> remote.exportImage(IMAGE, Set.of(), OutputStream.nullOutputStream()))
        .isInstanceOf(AgentLostException.class)
        .hasMessageContaining("does not answer as it should");
    assertThat(answered).hasValueLessThan(20);
  }

  /** An agent that answers a start, and each poll, by what it has answered before; at most 100. */
  private AgentServices answering(IntFunction<AgentFrame> answers, AtomicInteger answered) {
    FrameEncoding<AgentFrame> encoding = FrameEncoding.of(AgentFrame.class);
    Problem enough = new Problem(Problem.Kind.LOST, "it took them all");
    AgentServices remote =
        new RemoteAgentServices(
            new InProcessLink(
                request -> {
                  int count = answered.getAndIncrement();
                  return encoding.encode(
                      count < 100 ? answers.apply(count) : new AgentFrame.Refused(enough));
                }));
    opened.add(remote);
    return remote;
  }

  @Test
  void whatIsNoImageIdIsNotBelieved() {
    Object script = new Lying();
    AgentServices remote = remote(script);

    assertThatThrownBy(remote::inventory).isInstanceOf(AgentLostException.class);
    assertThat(remote.run(STEP, (line, error) -> {})).isInstanceOf(StepOutcome.Lost.class);
  }

  @Test
  void exceptionsKeepTheirMeaning() {
    Object script =
        ScriptedAgent.failing(
            Map.of(
                "digestOf", new SourceNotFoundException("no /such file"),
                "resolveImage", new ImageUnavailableException("not in the registry", null),
                "holdsImage", new AgentLostException("the engine died", null),
                "describe", new IllegalStateException("no such image")));
    AgentServices remote = remote(script);

    assertThatThrownBy(() -> remote.digestOf(IMAGE, List.of("/such"), List.of()))
        .isInstanceOf(SourceNotFoundException.class)
        .hasMessage("no /such file");
    assertThatThrownBy(() -> remote.resolveImage("x", "y", PullPolicy.NEVER, Optional.empty()))
        .isInstanceOf(ImageUnavailableException.class)
        .hasMessage("not in the registry");
    assertThatThrownBy(() -> remote.holdsImage(IMAGE))
        .isInstanceOf(AgentLostException.class)
        .hasMessage("the engine died");
    assertThatThrownBy(() -> remote.describe(IMAGE))
        .isInstanceOf(RemoteFailureException.class)
        .hasMessage("no such image");
  }

  /** Until it is interrupted, as what an agent does is when it is stopped in order. */
  static final class Asking {

    final CountDownLatch begun = new CountDownLatch(1);

    public boolean holdsImage(String imageId) {
      begun.countDown();
      try {
        new CountDownLatch(1).await();
        throw new AssertionError("nobody counts down");
      } catch (InterruptedException e) {
        throw new CancellationException("interrupted");
      }
    }
  }

  @Test
  void anAgentThatStopsIsLostToWhoeverAsksIt() throws Exception {
    Asking agent = new Asking();
    AgentServices remote = remote(agent);
    FutureTask<Boolean> call = new FutureTask<>(() -> remote.holdsImage(IMAGE));
    new Thread(call).start();
    agent.begun.await();

    opened.get(1).close();

    assertThatThrownBy(call::get)
        .hasCause(new AgentLostException("the agent stopped what it was asked: interrupted", null));
  }

  @Test
  void aCallerThatIsInterruptedHasCanceledWhatItAsks() throws Exception {
    Asking agent = new Asking();
    AgentServices remote = remote(agent);
    FutureTask<Boolean> call = new FutureTask<>(() -> remote.holdsImage(IMAGE));
    Thread caller = new Thread(call);
    caller.start();
    agent.begun.await();

    caller.interrupt();

    assertThatThrownBy(call::get).hasCauseInstanceOf(CancellationException.class);
  }

  @Test
  void aRequestThatIsNoFrameIsAnswered() throws Exception {
    AgentEndpoint endpoint = new AgentEndpoint(ScriptedAgent.of(new Object()));
    opened.add(endpoint);

    AgentFrame answer = FrameEncoding.of(AgentFrame.class).decode(endpoint.handle(new byte[] {99}));

    assertThat(answer)
        .isInstanceOfSatisfying(
            AgentFrame.Refused.class,
            refused -> assertThat(refused.problem().message()).contains("version 99"));
  }
}
