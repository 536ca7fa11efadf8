package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One call as its caller sees it: starts it, polls until its end, puts what arrives in order. All
 * by the calling thread, which may be interrupted: the agent is then told to stop, and waited for
 * until it has. Used once.
 */
final class RemoteOperation<A> {

  private static final FrameEncoding<CallerFrame> REQUEST = FrameEncoding.of(CallerFrame.class);
  private static final FrameEncoding<AgentFrame> ANSWER = FrameEncoding.of(AgentFrame.class);
  private static final int POLL_MILLIS = (int) LinkLimits.POLL.toMillis();
  private static final Executor MOMENT_LATER =
      CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

  /** A request whose answer, or failure, is there. */
  private record Reply(CallerFrame request, CompletableFuture<byte[]> answer) {

    boolean is(Predicate<AgentFrame> kind) {
      try {
        return kind.test(ANSWER.decode(answer.join()));
      } catch (CompletionException | MalformedFrameException e) {
        return false; // Whoever waits for the operation sees that too.
      }
    }
  }

  private final AgentLink link;
  private final String id = UUID.randomUUID().toString();
  private final AgentCall<A> call;
  private final OperationSink sink;
  private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();

  private final EventOrder events = new EventOrder();

  private Optional<OperationEvent> end = Optional.empty();
  private boolean refused;
  private int pollsUnderWay;
  private int batchesUnderWay;
  private boolean interrupted;
  private long stoppingSince;

  /** Whether the calling thread reads what it sends, and receives nothing meanwhile. */
  private volatile boolean reading = false;

  /** Whether the agent is known to know the operation. */
  private volatile boolean started = false;

  private final Presence presence;

  RemoteOperation(AgentLink link, AgentCall<A> call, OperationSink sink) {
    this(link, call, sink, LinkLimits.HERE);
  }

  /**
   * @param here how often the agent is told that somebody is here while the sink is busy
   */
  RemoteOperation(AgentLink link, AgentCall<A> call, OperationSink sink, Duration here) {
    this.link = link;
    this.call = call;
    this.sink = sink;
    this.presence =
        new Presence(
            () -> tell(new CallerFrame.Here(id)),
            CompletableFuture.delayedExecutor(here.toMillis(), TimeUnit.MILLISECONDS));
  }

  /**
   * Runs it to its end.
   *
   * @param window polls that are under way, or whose answers wait for others, at once: 1, or more
   *     for what sends many bytes
   */
  A await(int window) throws IOException {
    return guarded(
        () -> {
          poll(new CallerFrame.Start(id, call, POLL_MILLIS));
          while (end.isEmpty()) {
            receive();
            while (pollsUnderWay + events.early() < window && end.isEmpty() && !refused) {
              poll(new CallerFrame.Poll(id, POLL_MILLIS));
            }
          }
        });
  }

  /** Runs it to its end and sends it bytes meanwhile, as long as it takes any. */
  A upload(InputStream bytes) throws IOException {
    return guarded(
        () -> {
          poll(new CallerFrame.Start(id, call, 0));
          receive();
          long index = 0;
          boolean last = false;
          while (end.isEmpty()) {
            if (pollsUnderWay == 0) {
              poll(new CallerFrame.Poll(id, POLL_MILLIS));
            }
            if (!last && !interrupted && batchesUnderWay < LinkLimits.WINDOW) {
              byte[] batch = nextBatch(bytes);
              last = batch.length < LinkLimits.BATCH_BYTES;
              send(new CallerFrame.Batch(id, index++, Bytes.of(batch), last, POLL_MILLIS));
              receiveWhatIsThere();
            } else {
              receive();
            }
          }
        });
  }

  /**
   * Reads a batch. An engine writes gigabytes to its disk before the first byte of an image comes:
   * for as long as that takes, the link's threads go on polling, or the agent would believe that
   * nobody is here any more.
   */
  private byte[] nextBatch(InputStream bytes) throws IOException {
    reading = true;
    try {
      replies.forEach(this::pollAgain);
      return bytes.readNBytes(LinkLimits.BATCH_BYTES);
    } finally {
      reading = false;
    }
  }

  /**
   * Whatever fails on this side stops the operation on the other.
   *
   * @param work what is done between start and end of the operation
   */
  private A guarded(Presence.Work work) throws IOException {
    boolean complete = false;
    try {
      work.run();
      complete = true;
      return answer();
    } finally {
      presence.end();
      if (!complete) {
        tell(new CallerFrame.Cancel(id));
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private A answer() throws IOException {
    OperationEvent event = end.orElseThrow();
    if (event instanceof OperationEvent.Failed failed) {
      throw failed.problem().toThrow(interrupted);
    }
    try {
      return new AnswerEncoding<>(call).decode(((OperationEvent.Done) event).value());
    } catch (MalformedFrameException e) {
      throw malformed(e);
    }
  }

  private void poll(CallerFrame frame) {
    pollsUnderWay++;
    send(frame);
  }

  private void send(CallerFrame frame) {
    if (frame instanceof CallerFrame.Batch) {
      batchesUnderWay++;
    }
    post(frame, this::arrived);
  }

  private void arrived(Reply reply) {
    replies.add(reply);
    if (reading) {
      pollAgain(reply);
    }
  }

  /** Polls in the place of a poll that brought nothing; one thread alone takes it from the rest. */
  private void pollAgain(Reply reply) {
    if (reply.request instanceof CallerFrame.Poll poll
        && reply.is(frame -> frame instanceof AgentFrame.Events e && e.events().isEmpty())
        && replies.remove(reply)) {
      post(poll, this::arrived);
    }
  }

  /** Sends what needs no answer: an agent that does not get it will show otherwise. */
  private void tell(CallerFrame frame) {
    post(frame, reply -> {});
  }

  private void answer(long question, Bytes answer) {
    tell(new CallerFrame.SshAnswer(id, question, answer));
  }

  // The future's value goes to the consumer, as does its failure.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void post(CallerFrame frame, Consumer<Reply> consumer) {
    CompletableFuture<byte[]> answer = link.call(REQUEST.encode(frame));
    answer.whenComplete((bytes, problem) -> consumer.accept(new Reply(frame, answer)));
  }

  private void receiveWhatIsThere() throws IOException {
    while (!replies.isEmpty() && end.isEmpty()) {
      receive();
    }
  }

  private void receive() throws IOException {
    Reply reply = take();
    if (reply.request instanceof CallerFrame.Batch) {
      batchesUnderWay--;
    } else {
      pollsUnderWay--;
    }
    started |= reply.request instanceof CallerFrame.Start;
    AgentFrame answer = decoded(reply);
    if (answer instanceof AgentFrame.Events events) {
      arrange(events);
    } else if (answer instanceof AgentFrame.Taken taken) {
      if (!taken.taken()) {
        send(reply.request);
      }
    } else if (!(reply.request instanceof CallerFrame.Batch)) {
      refused((AgentFrame.Refused) answer);
    }
    // A refused batch comes too late for an operation that is over; the poll tells its end.
  }

  /** Of several polls, those that come after the one that got the end are refused. */
  private void refused(AgentFrame.Refused answer) throws IOException {
    refused = true;
    if (pollsUnderWay == 0) {
      throw answer.problem().toThrow(interrupted);
    }
  }

  private void arrange(AgentFrame.Events answer) throws IOException {
    try {
      for (OperationEvent event : events.arranged(answer, pollsUnderWay > 0)) {
        take(event);
      }
    } catch (MalformedFrameException e) {
      throw malformed(e);
    }
  }

  private void take(OperationEvent event) throws IOException {
    if (end.isPresent()) {
      return;
    }
    if (event.isEnd()) {
      end = Optional.of(event);
    } else {
      presence.during(() -> sink.on(event, this::answer));
    }
  }

  private AgentFrame decoded(Reply reply) {
    try {
      return ANSWER.decode(reply.answer.join());
    } catch (CompletionException e) {
      throw lost(e.getCause());
    } catch (MalformedFrameException e) {
      throw malformed(e);
    }
  }

  private static AgentLostException lost(Throwable cause) {
    return cause instanceof AgentLostException lost
        ? lost
        : new AgentLostException("The link to the agent is broken: " + cause.getMessage(), cause);
  }

  private static AgentLostException malformed(MalformedFrameException e) {
    return new AgentLostException("The agent does not answer as it should: " + e.getMessage(), e);
  }

  /** The next reply; a link that is silent for long is broken. */
  private Reply take() {
    long asked = System.nanoTime();
    while (true) {
      Duration left =
          interrupted
              ? LinkLimits.STOPPING.minusNanos(System.nanoTime() - stoppingSince)
              : LinkLimits.SILENCE.minusNanos(System.nanoTime() - asked);
      try {
        Reply reply = replies.poll(Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS);
        if (reply != null) {
          return reply;
        }
        if (interrupted) {
          throw new CancellationException("interrupted; the agent did not confirm that it stopped");
        }
        throw new AgentLostException(
            "The agent has not answered for " + LinkLimits.SILENCE.toSeconds() + " s.", null);
      } catch (InterruptedException e) {
        stop();
      }
    }
  }

  /** Tells the agent to stop, once. */
  private void stop() {
    if (!interrupted) {
      interrupted = true;
      stoppingSince = System.nanoTime();
      cancel(stoppingSince);
    }
  }

  /** Requests overtake one another: an agent that has not heard of the start is told again. */
  private void cancel(long since) {
    post(
        new CallerFrame.Cancel(id),
        reply -> {
          boolean inTime = System.nanoTime() - since < LinkLimits.STOPPING.toNanos();
          if (!started && inTime && reply.is(AgentFrame.Refused.class::isInstance)) {
            MOMENT_LATER.execute(() -> cancel(since));
          }
        });
  }
}
