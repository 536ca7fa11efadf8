package io.jenkins.plugins.dockerfilebuild.scheduling;

/** The result of a step that was there is gone from every agent; it can be made again. */
final class ResultGoneException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int step;

  /**
   * @param step whose result it was
   */
  ResultGoneException(int step) {
    super("the result of step " + step + " is gone from every agent");
    this.step = step;
  }

  int step() {
    return step;
  }
}
