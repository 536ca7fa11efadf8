package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.util.concurrent.CompletableFuture;

/**
 * Carries requests to one agent and the answers back. Knows nothing of what they say. Thread-safe;
 * requests may overtake one another.
 */
public interface AgentLink extends AutoCloseable {

  /** The longest request or answer. The largest in practice is the inventory of an agent. */
  int MAX_BYTES = 32 << 20;

  /**
   * Sends a request to the agent's {@link AgentEndpoint#handle}. Does not wait; requests and
   * answers are at most {@link #MAX_BYTES} long.
   *
   * @return the answer; fails with {@link AgentLostException} where the link is broken
   */
  CompletableFuture<byte[]> call(byte[] request);

  /** Lets the connection go; what is still asked fails with {@link AgentLostException}. */
  @Override
  void close();
}
