package io.jenkins.plugins.dockerfilebuild.execution;

import java.io.IOException;

/**
 * An SSH agent of the caller's, for {@code RUN --mount=type=ssh}. Its protocol (IETF draft "SSH
 * Agent Protocol") knows nothing but pairs of a request and its answer. Thread-safe.
 */
@FunctionalInterface
public interface SshAgent {

  /** The longest message, without its length: what OpenSSH allows. */
  int MAX_BYTES = 256 * 1024;

  /**
   * Has the agent answer.
   *
   * @param request a message without its length
   * @return the answer without its length
   * @throws IOException it did not answer in time, or is gone
   */
  byte[] ask(byte[] request) throws IOException;
}
