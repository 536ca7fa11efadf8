package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;

/** The link to an agent in this very process. Thread-safe. */
public final class InProcessLink implements AgentLink {

  private final UnaryOperator<byte[]> agent;
  private final ExecutorService threads = Executors.newCachedThreadPool(Threads.named("link"));

  /**
   * @param agent such as {@link AgentEndpoint#handle}
   */
  public InProcessLink(UnaryOperator<byte[]> agent) {
    this.agent = agent;
  }

  @Override
  public CompletableFuture<byte[]> call(byte[] request) {
    try {
      return CompletableFuture.supplyAsync(() -> agent.apply(request), threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          new AgentLostException("the link to the agent is closed", e));
    }
  }

  /** Interrupts what is being answered; an endpoint then says that it is stopping. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
