package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentLink;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Frames over a Jenkins channel, each a call of its own; bytes in, bytes out. Remoting answers a
 * call to the thread that waits for it, so every call under way takes a thread of the controller: a
 * step has one or two. Thread-safe.
 */
final class ChannelLink implements AgentLink {

  private static final Executor CALLS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "dockerfile-build-channel");
            thread.setDaemon(true);
            return thread;
          });

  private final VirtualChannel channel;
  private final RuntimeAddress runtime;
  private final List<String> service;

  /** Calls under way; closing the link ends them. */
  private final Map<Long, CompletableFuture<byte[]>> calls = new ConcurrentHashMap<>();

  private final AtomicLong count = new AtomicLong();

  private volatile boolean closed = false;

  ChannelLink(VirtualChannel channel, RuntimeAddress runtime, List<String> service) {
    this.channel = channel;
    this.runtime = runtime;
    this.service = service;
  }

  @Override
  public CompletableFuture<byte[]> call(byte[] request) {
    if (closed) {
      return CompletableFuture.failedFuture(closedLink());
    }
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    long number = count.incrementAndGet();
    calls.put(number, answer);
    CALLS.execute(() -> complete(number, answer, request));
    return answer;
  }

  private void complete(long number, CompletableFuture<byte[]> answer, byte[] request) {
    try {
      answer.complete(channel.call(new RuntimeCall(runtime, service, request)));
    } catch (IOException | RuntimeException | Error e) {
      // Errors too, as where the agent's memory is short: who asked would wait for ever.
      answer.completeExceptionally(new AgentLostException(message(e), e));
    } catch (InterruptedException e) {
      answer.completeExceptionally(new AgentLostException("the call was interrupted", e));
    } finally {
      calls.remove(number);
    }
  }

  /** What only wraps another exception has its class and words, of which the words are enough. */
  private static String message(Throwable problem) {
    Throwable cause = problem.getCause();
    if (cause != null && cause.toString().equals(problem.getMessage())) {
      return message(cause);
    }
    return problem.getMessage() == null ? problem.toString() : problem.getMessage();
  }

  private static AgentLostException closedLink() {
    return new AgentLostException("the link to the agent is closed", null);
  }

  @Override
  public void close() {
    closed = true;
    calls.values().forEach(call -> call.completeExceptionally(closedLink()));
  }
}
