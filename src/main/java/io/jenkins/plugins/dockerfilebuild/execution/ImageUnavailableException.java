package io.jenkins.plugins.dockerfilebuild.execution;

/** A base image that cannot be had: the registry refused, does not know it, or did not answer. */
public final class ImageUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ImageUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
