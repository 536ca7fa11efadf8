package io.jenkins.plugins.dockerfilebuild.coordination;

/**
 * What builds share cannot be reached: whether a change was made there is not known. A later call
 * may succeed.
 */
public class CoordinationException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public CoordinationException(String message, Throwable cause) {
    super(message, cause);
  }
}
