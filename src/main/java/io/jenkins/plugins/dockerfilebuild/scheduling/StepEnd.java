package io.jenkins.plugins.dockerfilebuild.scheduling;

/** How a step ended, for the thread that decides what comes next. */
sealed interface StepEnd {

  /** Its result is there, found or made. */
  record There() implements StepEnd {}

  /**
   * It failed, and so does the build.
   *
   * @param exitCode of the command, or -1 where there was none
   * @param infrastructure whether agents or engines are at fault rather than the step
   */
  record Failed(int step, int exitCode, String message, boolean infrastructure)
      implements StepEnd {}

  /** It could not run because the result of another step, which was there, is gone. */
  record Lacking(int goneStep) implements StepEnd {}

  /** It was stopped because the build ends. */
  record Canceled() implements StepEnd {}
}
