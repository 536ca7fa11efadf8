package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

/** An agent that cannot run steps, with the reason: no engine, no connection, no Unix. */
public final class UnusableAgentException extends Exception {

  private static final long serialVersionUID = 1L;

  UnusableAgentException(String message, Throwable cause) {
    super(message, cause);
  }
}
