package io.jenkins.plugins.dockerfilebuild.execution.link;

import java.util.concurrent.CompletableFuture;

/** A link to be changed by tests. */
public class ForwardingLink implements AgentLink {

  private final AgentLink target;

  public ForwardingLink(AgentLink target) {
    this.target = target;
  }

  @Override
  public CompletableFuture<byte[]> call(byte[] request) {
    return target.call(request);
  }

  @Override
  public void close() {
    target.close();
  }
}
