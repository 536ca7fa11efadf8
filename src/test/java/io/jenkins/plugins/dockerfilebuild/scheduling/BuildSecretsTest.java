package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.SshAgent;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.TestSteps;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whom the SSH agents of a build answer, and what. */
class BuildSecretsTest {

  private static final byte[] SIGN = {13, 1, 2};
  private static final byte[] REMOVE_ALL = {19};
  private static final byte[] ANSWER = {14, 7};
  private static final byte[] FAILURE = {StepOutput.SSH_AGENT_FAILURE};

  private static final SshAgent KEYS = request -> ANSWER;
  private static final BuildSecrets SECRETS =
      new BuildSecrets(Map.of(), Map.of("mine", KEYS, "other", KEYS));

  @Test
  void aStepHasSignaturesOfTheSshAgentsThatItMounts() throws IOException {
    StepOutput output =
        answering(
            new StepRequest.Run(
                List.of("git"),
                List.of(),
                List.of(new MountRequest.Ssh("/run/agent.sock", "mine", 0600, 0, 0)),
                Map.of(),
                "default",
                false));

    assertThat(output.sshAgent("mine", SIGN)).isEqualTo(ANSWER);
    assertThat(output.sshAgent("mine", REMOVE_ALL)).isEqualTo(FAILURE);
    assertThat(output.sshAgent("other", SIGN)).isEqualTo(FAILURE);
    assertThat(output.sshAgent("unknown", SIGN)).isEqualTo(FAILURE);
  }

  @Test
  void aStepThatRunsNoCommandHasNone() throws IOException {
    StepOutput output = answering(new StepRequest.MakeDirectories());

    assertThat(output.sshAgent("mine", SIGN)).isEqualTo(FAILURE);
  }

  private static StepOutput answering(StepRequest.Operation operation) {
    StepRequest request = TestSteps.of(operation);
    return SECRETS.answering((line, error) -> {}, request);
  }
}
