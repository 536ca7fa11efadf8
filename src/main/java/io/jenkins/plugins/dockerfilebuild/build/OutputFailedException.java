package io.jenkins.plugins.dockerfilebuild.build;

/** The image is built, but cannot be written where it was to go. */
public final class OutputFailedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public OutputFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
