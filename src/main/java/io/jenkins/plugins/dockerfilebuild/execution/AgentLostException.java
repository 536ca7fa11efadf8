package io.jenkins.plugins.dockerfilebuild.execution;

/** The agent or its engine is gone; the step may run on another. */
public final class AgentLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public AgentLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
