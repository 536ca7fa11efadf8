package io.jenkins.plugins.dockerfilebuild.scheduling;

/** A step that cannot be asked of any agent; the message says why and what to do. */
final class StepRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StepRefusedException(String message) {
    super(message);
  }
}
