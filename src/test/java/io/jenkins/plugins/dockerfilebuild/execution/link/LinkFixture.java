package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.TestSteps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;

/** Agents behind links, closed after each test. */
abstract class LinkFixture {

  static final String IMAGE = "sha256:" + "0".repeat(64);

  static final StepRequest STEP = TestSteps.of(new StepRequest.MakeDirectories());

  /** A lease that is looked at every 25 ms. */
  private static final Duration FORGETFUL = Duration.ofMillis(250);

  final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : opened) {
      resource.close();
    }
  }

  final AgentServices remote(Object script) {
    AgentEndpoint endpoint = new AgentEndpoint(ScriptedAgent.of(script));
    AgentServices remote = new RemoteAgentServices(new InProcessLink(endpoint::handle));
    opened.add(remote);
    opened.add(endpoint);
    return remote;
  }

  /** An agent of which a caller that is silent is soon forgotten. */
  final AgentEndpoint forgetful(Object script) {
    AgentEndpoint endpoint =
        new AgentEndpoint(ScriptedAgent.of(script), OperationLease.of(FORGETFUL));
    opened.add(endpoint);
    return endpoint;
  }

  /**
   * An agent by whose clock half a lease passes after each of the next polls of an operation, and
   * nothing else takes time: by the machine's, who polls was late on one that was busy. It holds no
   * poll back, so that a lease is mostly looked at between two of them.
   */
  final AgentServices polling(Object script, CountDownLatch polls) {
    return passing(CallerFrame.Poll.class, polls, script, LinkLimits.HERE);
  }

  /** The same for what a caller says that is busy. */
  final AgentServices hearing(Object script, CountDownLatch heard) {
    return passing(CallerFrame.Here.class, heard, script, Duration.ofMillis(10));
  }

  private AgentServices passing(
      Class<? extends CallerFrame> kind, CountDownLatch count, Object script, Duration here) {
    AtomicLong nanos = new AtomicLong();
    AgentEndpoint endpoint =
        new AgentEndpoint(ScriptedAgent.of(script), new OperationLease(FORGETFUL, nanos::get));
    FrameEncoding<CallerFrame> frames = FrameEncoding.of(CallerFrame.class);
    AgentLink link =
        new InProcessLink(
            request -> {
              CallerFrame frame = decoded(frames, request);
              if (!kind.isInstance(frame) || count.getCount() == 0) {
                return endpoint.handle(request);
              }
              byte[] answer =
                  endpoint.handle(
                      frame instanceof CallerFrame.Poll poll
                          ? frames.encode(new CallerFrame.Poll(poll.id(), 0))
                          : request);
              nanos.addAndGet(FORGETFUL.toNanos() / 2);
              count.countDown();
              return answer;
            });
    AgentServices remote = new RemoteAgentServices(link, here);
    opened.add(remote);
    opened.add(endpoint);
    return remote;
  }

  private static CallerFrame decoded(FrameEncoding<CallerFrame> frames, byte[] request) {
    try {
      return frames.decode(request);
    } catch (MalformedFrameException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A link on which the first request arrives when the second has been answered. */
  final AgentServices overtaking(Object script, CountDownLatch asked) {
    AgentEndpoint endpoint = new AgentEndpoint(ScriptedAgent.of(script));
    CompletableFuture<byte[]> second = new CompletableFuture<>();
    AgentLink link =
        new ForwardingLink(new InProcessLink(endpoint::handle)) {
          @Override
          public CompletableFuture<byte[]> call(byte[] request) {
            if (asked.getCount() > 0) {
              asked.countDown();
              return second.thenCompose(answered -> super.call(request));
            }
            return super.call(request)
                .whenComplete((answer, problem) -> second.complete(new byte[0]));
          }
        };
    AgentServices remote = new RemoteAgentServices(link);
    opened.add(remote);
    opened.add(endpoint);
    return remote;
  }

  /** A link on which requests and answers overtake one another, by a seed. */
  final AgentServices jumbled(Object script, long seed) {
    AgentEndpoint endpoint = new AgentEndpoint(ScriptedAgent.of(script));
    Random random = new Random(seed);
    AgentLink link =
        new ForwardingLink(new InProcessLink(endpoint::handle)) {
          @Override
          public CompletableFuture<byte[]> call(byte[] request) {
            return later()
                .thenCompose(now -> super.call(request))
                .thenCompose(answer -> later().thenApply(now -> answer));
          }

          private CompletableFuture<Object> later() {
            int millis;
            synchronized (random) {
              millis = random.nextInt(10);
            }
            return new CompletableFuture<>().completeOnTimeout(this, millis, TimeUnit.MILLISECONDS);
          }
        };
    AgentServices remote = new RemoteAgentServices(link);
    opened.add(remote);
    opened.add(endpoint);
    return remote;
  }

  /** Runs steps as the test says. */
  record Stepping(Script script) {

    interface Script {
      StepOutcome run(StepOutput output) throws Exception;
    }

    public StepOutcome run(StepRequest request, StepOutput output) throws Exception {
      return script.run(output);
    }
  }

  /** Runs until it is interrupted. */
  static final class Running {

    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);

    public StepOutcome run(StepRequest request, StepOutput output) {
      begun.countDown();
      try {
        new CountDownLatch(1).await();
        throw new AssertionError("nobody counts down");
      } catch (InterruptedException e) {
        interrupted.countDown();
        output.line("stopping", false);
        return new StepOutcome.Canceled();
      }
    }
  }
}
