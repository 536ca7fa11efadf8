package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberCalls;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentLink;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Frames to an agent that is a member of a cluster. Thread-safe. */
final class MemberLink implements AgentLink {

  private final MemberCalls calls;
  private final UUID member;

  /** What is asked and not answered; closing the link ends it. */
  private final Map<Long, CompletableFuture<byte[]>> open = new ConcurrentHashMap<>();

  private final AtomicLong count = new AtomicLong();

  private volatile boolean closed = false;

  MemberLink(MemberCalls calls, UUID member) {
    this.calls = calls;
    this.member = member;
  }

  @Override
  public CompletableFuture<byte[]> call(byte[] request) {
    CompletableFuture<byte[]> answer = calls.ask(member, request).handle(MemberLink::answerOrLoss);
    long number = count.incrementAndGet();
    open.put(number, answer);
    if (closed) {
      answer.completeExceptionally(closedLink());
    }
    return answer.whenComplete((bytes, problem) -> open.remove(number));
  }

  private static byte[] answerOrLoss(byte[] bytes, Throwable problem) {
    if (problem != null) {
      Throwable cause = problem instanceof CompletionException e ? e.getCause() : problem;
      throw new AgentLostException(cause.getMessage(), cause);
    }
    return bytes;
  }

  private static AgentLostException closedLink() {
    return new AgentLostException("the link to the agent is closed", null);
  }

  @Override
  public void close() {
    closed = true;
    open.values().forEach(answer -> answer.completeExceptionally(closedLink()));
  }
}
