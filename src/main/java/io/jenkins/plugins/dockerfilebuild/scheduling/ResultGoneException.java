package io.jenkins.plugins.dockerfilebuild.scheduling;

/** A result that was there when the build looked for it is gone from every agent. */
final class ResultGoneException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ResultGoneException(String message) {
    super(message);
  }
}
