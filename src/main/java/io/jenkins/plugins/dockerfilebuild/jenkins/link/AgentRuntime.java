package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentLink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The runtime on one agent, ready to be asked. Thread-safe. */
public final class AgentRuntime {

  private final VirtualChannel channel;
  private final RuntimeAddress address;

  AgentRuntime(VirtualChannel channel, RuntimeAddress address) {
    this.channel = channel;
    this.address = address;
  }

  /**
   * The link to the agent's engine, which is connected with the first call.
   *
   * @param dockerHost a URL as in DOCKER_HOST, empty for the usual one of the agent
   */
  public AgentLink engine(String dockerHost) {
    return new ChannelLink(channel, address, List.of("engine", dockerHost, address.state()));
  }

  /**
   * A build context on the agent. Every call of this begins anew with it.
   *
   * @param workspace absolute on the agent
   * @param context and {@code dockerfile} relative to the workspace; an empty Dockerfile is the
   *     context's
   */
  public WorkspaceContext context(String workspace, String context, String dockerfile) {
    String build = UUID.randomUUID().toString();
    return new WorkspaceContext(
        channel,
        address,
        List.of("context", build, workspace, context, dockerfile, address.state()));
  }

  /**
   * As {@link #context}, of a directory that has no Dockerfile.
   *
   * @param directory relative to the workspace
   */
  public WorkspaceContext files(String workspace, String directory) {
    String build = UUID.randomUUID().toString();
    return new WorkspaceContext(
        channel, address, List.of("files", build, workspace, directory, address.state()));
  }

  /**
   * The link to a vault in a directory of the agent.
   *
   * @param directory absolute on the agent; is made if it is missing
   */
  public AgentLink vault(String directory) {
    return new ChannelLink(channel, address, List.of("vault", directory));
  }

  /**
   * Makes what the user wants of an image's archive on the agent, and removes the archive.
   *
   * @param type {@code docker}, {@code oci}, {@code tar} or {@code local}
   * @param archive and {@code target} absolute on the agent
   * @param names of the image
   * @throws IOException it cannot be written, or the channel is gone
   */
  public void export(String type, String archive, String target, List<String> names)
      throws IOException, InterruptedException {
    List<String> service = new ArrayList<>(List.of("export", type, archive, target));
    service.addAll(names);
    channel.call(new RuntimeCall(address, service, new byte[0]));
  }
}
