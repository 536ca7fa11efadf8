package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentLink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The build context of one build in a workspace on an agent. Thread-safe. */
public final class WorkspaceContext {

  private final VirtualChannel channel;
  private final RuntimeAddress address;
  private final List<String> service;

  WorkspaceContext(VirtualChannel channel, RuntimeAddress address, List<String> service) {
    this.channel = channel;
    this.address = address;
    this.service = service;
  }

  /** What questions about the context are asked over. */
  public AgentLink link() {
    return new ChannelLink(channel, address, service);
  }

  /**
   * Stores files of the context on the same agent for its engine: they would go to the controller
   * and back otherwise.
   *
   * @param dockerHost as in {@link AgentRuntime#engine}
   * @throws IOException not all are stored: one has changed, there is no room, or the channel is
   *     gone
   */
  public void store(String dockerHost, Set<Digest> files) throws IOException, InterruptedException {
    List<String> store = new ArrayList<>(List.of("store", dockerHost, address.state()));
    store.addAll(service);
    ByteArrayOutputStream digests = new ByteArrayOutputStream();
    files.forEach(file -> digests.writeBytes(file.toBytes()));
    channel.call(new RuntimeCall(address, store, digests.toByteArray()));
  }
}
