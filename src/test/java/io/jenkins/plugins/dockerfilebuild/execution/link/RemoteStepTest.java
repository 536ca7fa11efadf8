package io.jenkins.plugins.dockerfilebuild.execution.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps behind a link: what they print, and when they end. */
@Timeout(120)
final class RemoteStepTest extends LinkFixture {

  /** Prints numbers. */
  static final class Printing {
    public StepOutcome run(StepRequest request, StepOutput output) {
      for (int i = 0; i < 20_000; i++) {
        output.line(String.valueOf(i), i % 2 == 1);
      }
      return new StepOutcome.Failed(3, "ended");
    }
  }

  @Test
  void linesArriveInOrderAndBeforeTheEnd() {
    List<String> lines = new ArrayList<>();

    StepOutcome outcome =
        jumbled(new Printing(), 1).run(STEP, (line, error) -> lines.add(error ? "!" + line : line));

    assertThat(outcome).isEqualTo(new StepOutcome.Failed(3, "ended"));
    assertThat(lines)
        .isEqualTo(
            IntStream.range(0, 20_000).mapToObj(i -> i % 2 == 1 ? "!" + i : "" + i).toList());
  }

  @Test
  void aLineDoesNotWaitForTheNext() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    Object script =
        new Stepping(
            output -> {
              output.line("first", false);
              // Goes on only when the caller has the line.
              return seen.await(60, TimeUnit.SECONDS)
                  ? new StepOutcome.Failed(0, "seen")
                  : new StepOutcome.Lost("not seen");
            });

    assertThat(remote(script).run(STEP, (line, error) -> seen.countDown()))
        .isEqualTo(new StepOutcome.Failed(0, "seen"));
  }

  @Test
  void aStopThatOvertakesTheStartIsNotLost() throws Exception {
    Running running = new Running();
    CountDownLatch asked = new CountDownLatch(1);
    AgentServices agent = overtaking(running, asked);
    FutureTask<StepOutcome> step = new FutureTask<>(() -> agent.run(STEP, (line, error) -> {}));
    Thread caller = new Thread(step);
    caller.start();
    asked.await();

    caller.interrupt();

    assertThat(running.interrupted.await(30, TimeUnit.SECONDS)).as("told to stop").isTrue();
    assertThat(step.get()).isEqualTo(new StepOutcome.Canceled());
  }

  @Test
  void anSshAgentOfTheCallersAnswers() {
    Object script =
        new Stepping(
            output -> {
              byte[] answer = output.sshAgent("default", new byte[] {11});
              return new StepOutcome.Failed(answer[0], "answered");
            });
    StepOutput output =
        new StepOutput() {
          @Override
          public void line(String line, boolean error) {}

          @Override
          public byte[] sshAgent(String id, byte[] request) {
            return new byte[] {(byte) (id.equals("default") ? request[0] + 1 : 0)};
          }
        };

    assertThat(remote(script).run(STEP, output)).isEqualTo(new StepOutcome.Failed(12, "answered"));
  }

  @Test
  void theEndOfTheCommandIsToldBeforeTheStepsResultIsThere() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    Object script =
        new Stepping(
            output -> {
              output.commandEnded();
              return told.await(30, TimeUnit.SECONDS)
                  ? new StepOutcome.Failed(0, "told")
                  : new StepOutcome.Lost("not told");
            });
    StepOutput output =
        new StepOutput() {
          @Override
          public void line(String line, boolean error) {}

          @Override
          public void commandEnded() {
            told.countDown();
          }
        };

    assertThat(remote(script).run(STEP, output)).isEqualTo(new StepOutcome.Failed(0, "told"));
  }

  @Test
  void anInterruptedCallerStopsTheStep() throws Exception {
    Running agent = new Running();
    AgentServices remote = remote(agent);
    List<String> lines = new ArrayList<>();
    FutureTask<StepOutcome> call =
        new FutureTask<>(
            () -> {
              StepOutcome outcome = remote.run(STEP, (line, error) -> lines.add(line));
              assertThat(Thread.interrupted()).as("the caller is still interrupted").isTrue();
              return outcome;
            });
    Thread caller = new Thread(call);
    caller.start();
    agent.begun.await();

    caller.interrupt();

    assertThat(call.get()).isEqualTo(new StepOutcome.Canceled());
    assertThat(agent.interrupted.getCount()).isZero();
    assertThat(lines).containsExactly("stopping");
  }

  @Test
  void aCallerThatIsGoneLeavesNothingRunning() throws Exception {
    Running agent = new Running();
    AgentEndpoint endpoint = new AgentEndpoint(ScriptedAgent.of(agent), Duration.ofMillis(300));
    opened.add(endpoint);

    abandon(endpoint, "1");

    assertThat(agent.begun.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(agent.interrupted.await(60, TimeUnit.SECONDS)).isTrue();
  }

  /** The first step waits for the others, of which each waits to be interrupted. */
  static final class Keeping {

    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch abandoned = new CountDownLatch(2);

    public StepOutcome run(StepRequest request, StepOutput output) throws Exception {
      if (begun.getCount() == 0) {
        return new Abandoned().run(abandoned);
      }
      begun.countDown();
      abandoned.await();
      return new StepOutcome.Failed(0, "undisturbed");
    }
  }

  /** A step whose caller says nothing any more. */
  static final class Abandoned {

    StepOutcome run(CountDownLatch interrupted) {
      try {
        new CountDownLatch(1).await();
        throw new AssertionError("nobody counts down");
      } catch (InterruptedException e) {
        interrupted.countDown();
        return new StepOutcome.Canceled();
      }
    }
  }

  /** It is silent while the leases of two others run out; its polls last longer than a lease. */
  @Test
  void aCallerThatPollsKeepsItsStep() throws Exception {
    Keeping agent = new Keeping();
    AgentEndpoint endpoint = new AgentEndpoint(ScriptedAgent.of(agent), Duration.ofMillis(250));
    AgentServices remote = new RemoteAgentServices(new InProcessLink(endpoint::handle));
    opened.add(remote);
    opened.add(endpoint);
    FutureTask<StepOutcome> call = new FutureTask<>(() -> remote.run(STEP, (line, error) -> {}));
    new Thread(call).start();
    agent.begun.await();

    abandon(endpoint, "1");
    abandon(endpoint, "2");

    assertThat(call.get()).isEqualTo(new StepOutcome.Failed(0, "undisturbed"));
  }

  private static void abandon(AgentEndpoint endpoint, String id) {
    CallerFrame start = new CallerFrame.Start(id, new ServiceCall.RunStep(STEP), 0);
    byte[] unused = endpoint.handle(FrameEncoding.of(CallerFrame.class).encode(start));
  }

  @Test
  void anAgentThatStopsEndsItsStepsAndTheirCallerHasLostIt() throws Exception {
    Running agent = new Running();
    AgentServices remote = remote(agent);
    FutureTask<StepOutcome> call = new FutureTask<>(() -> remote.run(STEP, (line, error) -> {}));
    new Thread(call).start();
    agent.begun.await();

    opened.get(1).close();

    assertThat(agent.interrupted.getCount()).isZero();
    assertThat(call.get()).isEqualTo(new StepOutcome.Lost("the agent stopped the step"));
  }
}
