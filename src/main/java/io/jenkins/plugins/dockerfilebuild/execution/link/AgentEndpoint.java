package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The agent's side of all links to it: answers requests by what an {@link AgentServices} does. Any
 * number of callers share it; operations of callers that are gone are stopped after {@link
 * LinkLimits#LEASE}. Thread-safe.
 */
public final class AgentEndpoint implements AutoCloseable {

  private static final FrameEncoding<CallerFrame> REQUEST = FrameEncoding.of(CallerFrame.class);
  private static final FrameEncoding<AgentFrame> ANSWER = FrameEncoding.of(AgentFrame.class);
  private static final OperationLease LEASE = OperationLease.of(LinkLimits.LEASE);

  private final AgentServices agent;
  private final PoolSide pool;
  private final OperationLease lease;
  private final Map<String, Operation> operations = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool(Threads.named("operation"));
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Threads.named("lease"));

  private final Future<?> leases;

  /**
   * An agent that is alone, or whose places for steps others see to.
   *
   * @param agent is the endpoint's own; closed with it
   */
  public AgentEndpoint(AgentServices agent) {
    this(agent, LEASE);
  }

  AgentEndpoint(AgentServices agent, OperationLease lease) {
    this(agent, AgentPeers.NONE, 1, lease);
  }

  /**
   * An agent that is a member of a pool.
   *
   * @param agent is the endpoint's own; closed with it
   * @param capacity how many steps of all builds run here at once
   */
  public static AgentEndpoint ofMember(AgentServices agent, AgentPeers peers, int capacity) {
    return new AgentEndpoint(agent, peers, capacity, LEASE);
  }

  private AgentEndpoint(AgentServices agent, AgentPeers peers, int capacity, OperationLease lease) {
    this.agent = agent;
    this.pool = new PoolSide(peers, new StepPlaces(capacity), threads);
    this.lease = lease;
    long period = Math.max(1, lease.length().toMillis() / 10);
    leases =
        clock.scheduleWithFixedDelay(this::stopForgotten, period, period, TimeUnit.MILLISECONDS);
  }

  /**
   * Answers one request. Blocks for {@link LinkLimits#POLL} at most; requests may be handled side
   * by side.
   *
   * @return the answer; a request that is no good is answered too, never thrown
   */
  public byte[] handle(byte[] request) {
    AgentFrame answer;
    try {
      answer = answer(REQUEST.decode(request));
    } catch (MalformedFrameException e) {
      answer = refused(Problem.Kind.FAILURE, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer = refused(Problem.Kind.LOST, "the agent is stopping");
    }
    return ANSWER.encode(answer);
  }

  private AgentFrame answer(CallerFrame frame) throws InterruptedException {
    if (frame instanceof CallerFrame.Start start) {
      return start(start);
    }
    Operation operation = operations.get(frame.id());
    if (operation == null) {
      return refused(
          Problem.Kind.LOST,
          "The agent does not know the operation: it was restarted, or heard nothing of this build"
              + " for "
              + lease.length().toSeconds()
              + " s.");
    }
    if (frame instanceof CallerFrame.Poll poll) {
      return take(poll.id(), operation, poll.waitMillis());
    }
    if (frame instanceof CallerFrame.Batch batch) {
      Duration patience = Duration.ofMillis(batch.waitMillis());
      return new AgentFrame.Taken(operation.offer(batch, patience));
    }
    if (frame instanceof CallerFrame.SshAnswer answer) {
      operation.answer(answer);
    } else if (frame instanceof CallerFrame.Here) {
      operation.heard();
    } else {
      operation.cancel();
    }
    return new AgentFrame.Taken(true);
  }

  private AgentFrame start(CallerFrame.Start start) throws InterruptedException {
    if (operations.size() >= LinkLimits.OPERATIONS) {
      return refused(Problem.Kind.FAILURE, "the agent has too much to do");
    }
    Operation operation = new Operation(start.call(), pool, lease);
    if (operations.putIfAbsent(start.id(), operation) != null) {
      return refused(Problem.Kind.FAILURE, "there is an operation of that id");
    }
    try {
      threads.execute(() -> operation.run(agent));
    } catch (RejectedExecutionException e) {
      operations.remove(start.id());
      return refused(Problem.Kind.LOST, "the agent is stopping");
    }
    return take(start.id(), operation, start.waitMillis());
  }

  private AgentFrame take(String id, Operation operation, int waitMillis)
      throws InterruptedException {
    AgentFrame events = operation.take(Duration.ofMillis(waitMillis));
    if (operation.isOver()) {
      operations.remove(id);
    }
    return events;
  }

  private static AgentFrame refused(Problem.Kind kind, String message) {
    return new AgentFrame.Refused(new Problem(kind, message));
  }

  private void stopForgotten() {
    operations.forEach(
        (id, operation) -> {
          if (operation.isForgotten()) {
            operations.remove(id);
            operation.cancel();
          }
        });
  }

  /** Stops all operations and waits until they have cleaned up, then closes the services. */
  @Override
  public void close() {
    leases.cancel(false);
    clock.shutdownNow();
    threads.shutdown();
    operations.values().forEach(Operation::cancel);
    boolean interrupted = false;
    try {
      threads.awaitTermination(LinkLimits.STOPPING.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    threads.shutdownNow();
    agent.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
