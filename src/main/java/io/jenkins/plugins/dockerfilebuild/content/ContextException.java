package io.jenkins.plugins.dockerfilebuild.content;

/** A build context that cannot be used as asked; the message names the path and what to do. */
public final class ContextException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ContextException(String message) {
    super(message);
  }

  public ContextException(String message, Throwable cause) {
    super(message, cause);
  }
}
