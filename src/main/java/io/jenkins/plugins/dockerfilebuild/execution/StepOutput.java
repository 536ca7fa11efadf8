package io.jenkins.plugins.dockerfilebuild.execution;

import java.io.IOException;

/** What a running step says to the one who asked for it. */
@FunctionalInterface
public interface StepOutput {

  /** An SSH agent's answer to what it does not do ({@code SSH_AGENT_FAILURE}). */
  byte SSH_AGENT_FAILURE = 5;

  /**
   * Receives what the step's command prints, line by line as it is written. Called by one thread.
   *
   * @param line without its line end; an unfinished last line is told too
   * @param error whether it came from standard error
   */
  void line(String line, boolean error);

  /**
   * The step's command has ended well; what is left takes the agent little: another may begin
   * meanwhile. Called at most once, by the thread that tells lines or after it.
   */
  default void commandEnded() {}

  /**
   * Has an SSH agent of the caller's answer a request of the step: its protocol (IETF draft "SSH
   * Agent Protocol") knows nothing but pairs of a request and its answer. Called by any thread.
   *
   * @param id of the mount, as in {@code --ssh}
   * @param request a message without its length
   * @return the answer without its length
   */
  default byte[] sshAgent(String id, byte[] request) throws IOException {
    return new byte[] {SSH_AGENT_FAILURE};
  }
}
