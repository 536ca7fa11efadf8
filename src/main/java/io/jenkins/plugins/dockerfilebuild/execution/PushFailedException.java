package io.jenkins.plugins.dockerfilebuild.execution;

/** A registry did not take an image: it refused, does not know the user, or did not answer. */
public final class PushFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public PushFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
