package io.jenkins.plugins.dockerfilebuild.execution.link;

/** The agent answered, but could not do what it was asked; its message says why. */
public final class RemoteFailureException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RemoteFailureException(String message) {
    super(message);
  }
}
