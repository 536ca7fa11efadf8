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
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
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
    AgentEndpoint endpoint = forgetful(agent);

    abandon(endpoint, "1");

    assertThat(agent.begun.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(agent.interrupted.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aCallerThatPollsKeepsItsStep() throws Exception {
    CountDownLatch polls = new CountDownLatch(500);
    Stepping agent =
        new Stepping(
            output -> {
              polls.await();
              return new StepOutcome.Failed(0, "undisturbed");
            });

    assertThat(polling(agent, polls).run(STEP, (line, error) -> {}))
        .isEqualTo(new StepOutcome.Failed(0, "undisturbed"));
  }

  @Test
  void aCallerThatAsksWhileItsLeaseIsLookedAtIsNotForgotten() {
    AtomicReference<Operation> asked = new AtomicReference<>();
    AtomicLong nanos = new AtomicLong();
    LongSupplier clock =
        () -> {
          if (asked.get() != null) {
            nanos.set(2);
            asked.getAndSet(null).heard();
          }
          return nanos.get();
        };
    PoolSide alone = new PoolSide(AgentPeers.NONE, new StepPlaces(1), ForkJoinPool.commonPool());
    Operation operation =
        new Operation(
            new ServiceCall.RunStep(STEP), alone, new OperationLease(Duration.ofNanos(1), clock));

    asked.set(operation);
    assertThat(operation.isForgotten()).isFalse();

    nanos.set(4);
    assertThat(operation.isForgotten()).isTrue();
  }

  @Test
  void aCallerWhosePollIsHeldBackIsNotForgotten() throws Exception {
    AtomicLong nanos = new AtomicLong();
    OperationLease lease = new OperationLease(Duration.ofNanos(1), nanos::get);
    PoolSide alone = new PoolSide(AgentPeers.NONE, new StepPlaces(1), ForkJoinPool.commonPool());
    Operation operation = new Operation(new ServiceCall.RunStep(STEP), alone, lease);
    FutureTask<AgentFrame> poll = new FutureTask<>(() -> operation.take(Duration.ofDays(1)));
    Thread polling = new Thread(poll);
    polling.start();
    while (polling.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }

    nanos.set(2);
    assertThat(operation.isForgotten()).isFalse();
    operation.output().line("said", false);
    poll.get();
    assertThat(operation.isForgotten()).isFalse();
    nanos.set(4);
    assertThat(operation.isForgotten()).isTrue();
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
