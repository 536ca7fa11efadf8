package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

/**
 * A COPY or ADD that cannot be done as it is written: a directory in the way of a file, an archive
 * that climbs out, a user that the image does not know. The step is at fault, not the agent; the
 * message says what is wrong and where.
 */
public final class TransferException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong with a file, for the user. */
  public TransferException(String message) {
    super(message);
  }

  /** Likewise, with what caused it. */
  public TransferException(String message, Throwable cause) {
    super(message, cause);
  }
}
