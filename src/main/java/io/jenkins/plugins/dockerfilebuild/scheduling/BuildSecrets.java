package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.SshAgent;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a build may use and nothing of it may hold.
 *
 * @param values secrets by id
 * @param sshAgents SSH agents by id
 */
public record BuildSecrets(Map<String, Bytes> values, Map<String, SshAgent> sshAgents) {

  /** Which keys there are ({@code SSH_AGENTC_REQUEST_IDENTITIES}). */
  private static final byte IDENTITIES = 11;

  /** A signature ({@code SSH_AGENTC_SIGN_REQUEST}). */
  private static final byte SIGN = 13;

  public BuildSecrets {
    values = Map.copyOf(values);
    sshAgents = Map.copyOf(sshAgents);
  }

  /**
   * Output of a step that also answers for the SSH agents that the step mounts, whatever its agent
   * asks for. A step may use keys: as in BuildKit it may not add or remove any, nor lock the agent
   * or reach what else it can do.
   */
  StepOutput answering(StepOutput lines, StepRequest request) {
    Set<String> mounted = sshMounts(request);
    return new StepOutput() {
      @Override
      public void line(String line, boolean error) {
        lines.line(line, error);
      }

      @Override
      public void commandEnded() {
        lines.commandEnded();
      }

      @Override
      public byte[] sshAgent(String id, byte[] request) throws IOException {
        boolean use = request.length > 0 && (request[0] == IDENTITIES || request[0] == SIGN);
        SshAgent agent = mounted.contains(id) ? sshAgents.get(id) : null;
        return use && agent != null && request.length <= SshAgent.MAX_BYTES
            ? agent.ask(request)
            : new byte[] {SSH_AGENT_FAILURE};
      }
    };
  }

  private static Set<String> sshMounts(StepRequest request) {
    if (!(request.operation() instanceof StepRequest.Run run)) {
      return Set.of();
    }
    return run.mounts().stream()
        .filter(MountRequest.Ssh.class::isInstance)
        .map(mount -> ((MountRequest.Ssh) mount).id())
        .collect(Collectors.toSet());
  }
}
