package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.content.BatchOutput;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.PlaceHolder;
import io.jenkins.plugins.dockerfilebuild.execution.PushListener;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One call as it runs at the agent, in a thread of its own that a cancellation interrupts.
 * Thread-safe.
 */
final class Operation implements Exchange {

  private final AgentCall<?> call;
  private final PoolSide pool;
  private final EventQueue events = new EventQueue();
  private final IncomingBatches incoming = new IncomingBatches();
  private final OutputStream outgoing =
      new BatchOutput(
          LinkLimits.BATCH_BYTES,
          batch -> events.add(new OperationEvent.Data(Bytes.owning(batch))));

  private final OperationLease lease;

  /** When the caller last asked, by the lease's clock. */
  private volatile long heard;

  /** Requests of the caller that are being answered. */
  private final AtomicInteger callers = new AtomicInteger();

  /** The thread that makes the call, null before and after; guarded by this. */
  private Thread runner;

  private boolean canceled;

  private final AtomicLong questions = new AtomicLong();

  /** Questions to the caller that are open, by number. */
  private final Map<Long, CompletableFuture<Bytes>> asked = new ConcurrentHashMap<>();

  Operation(AgentCall<?> call, PoolSide pool, OperationLease lease) {
    this.call = call;
    this.pool = pool;
    this.lease = lease;
    this.heard = lease.now();
  }

  /** Makes the call; its end is an event, nothing is thrown. */
  void run(AgentServices agent) {
    begin();
    OperationEvent end = end(agent);
    synchronized (this) {
      runner = null;
      // An interruption that came too late must not meet the last event.
      Thread.interrupted();
    }
    incoming.close();
    tell(end);
  }

  private synchronized void begin() {
    runner = Thread.currentThread();
    if (canceled) {
      runner.interrupt();
    }
  }

  // Whatever ends the call has to reach the caller, errors included.
  @SuppressWarnings("CatchAndPrintStackTrace")
  private OperationEvent end(AgentServices agent) {
    try {
      return new OperationEvent.Done(answer(call, agent));
    } catch (IOException | RuntimeException | Error e) {
      return new OperationEvent.Failed(Problem.of(e));
    }
  }

  private <A> Bytes answer(AgentCall<A> call, AgentServices agent) throws IOException {
    A answer = call.answer(agent, this);
    outgoing.close();
    return new AnswerEncoding<>(call).encode(answer);
  }

  private void tell(OperationEvent event) {
    try {
      events.add(event);
    } catch (InterruptedIOException e) {
      throw (CancellationException) new CancellationException("interrupted").initCause(e);
    }
  }

  /** Interrupts it; that it has ended is an event. */
  synchronized void cancel() {
    canceled = true;
    events.cancel();
    if (runner != null) {
      runner.interrupt();
    }
  }

  /** Events for a poll. */
  AgentFrame.Events take(Duration patience) throws InterruptedException {
    callers.incrementAndGet();
    try {
      return events.take(patience);
    } finally {
      left();
    }
  }

  /** Whether there was room for bytes of the caller. */
  boolean offer(CallerFrame.Batch batch, Duration patience) throws InterruptedException {
    callers.incrementAndGet();
    try {
      return incoming.offer(batch, patience);
    } finally {
      left();
    }
  }

  private void left() {
    heard();
    callers.decrementAndGet();
  }

  /** The caller is there. */
  void heard() {
    heard = lease.now();
  }

  /** Whether the caller knows how it ended. */
  boolean isOver() {
    return events.isExhausted();
  }

  /** Whether the caller has not asked for so long that it must be gone. */
  boolean isForgotten() {
    // The time first: who asks while this thread is held up has been heard later than that.
    long now = lease.now();
    return callers.get() == 0 && lease.isOver(heard, now);
  }

  @Override
  public StepOutput output() {
    return new StepOutput() {
      @Override
      public void line(String line, boolean error) {
        tell(new OperationEvent.Line(line, error));
      }

      @Override
      public void commandEnded() {
        tell(new OperationEvent.CommandEnded());
      }

      @Override
      public byte[] sshAgent(String id, byte[] request) throws IOException {
        return ask(id, request);
      }
    };
  }

  private byte[] ask(String id, byte[] request) throws IOException {
    long number = questions.incrementAndGet();
    CompletableFuture<Bytes> answer = new CompletableFuture<>();
    asked.put(number, answer);
    try {
      events.add(new OperationEvent.SshQuestion(number, id, Bytes.of(request)));
      return answer.get(LinkLimits.SILENCE.toSeconds(), TimeUnit.SECONDS).toArray();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while asking the SSH agent");
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the SSH agent of the caller did not answer", e);
    } finally {
      asked.remove(number);
    }
  }

  /** The answer to a question; one that nobody waits for any more is dropped. */
  void answer(CallerFrame.SshAnswer frame) {
    CompletableFuture<Bytes> waiting = asked.get(frame.question());
    if (waiting != null) {
      waiting.complete(frame.answer());
    }
  }

  @Override
  public void opened(CacheReplicas.Use use) {
    tell(new OperationEvent.Opened(use));
  }

  @Override
  public PoolSide pool() {
    return pool;
  }

  @Override
  public void waitsFor(List<PlaceHolder> ahead) {
    tell(new OperationEvent.WaitsFor(ahead));
  }

  @Override
  public void granted() {
    tell(new OperationEvent.Granted());
  }

  @Override
  public PushListener pushes() {
    return (done, layers) -> tell(new OperationEvent.PushProgress(done, layers));
  }

  @Override
  public InputStream incoming() {
    return incoming;
  }

  @Override
  public OutputStream outgoing() {
    return outgoing;
  }
}
