package io.jenkins.plugins.dockerfilebuild.execution;

/** Receives what a step's command prints, line by line as it is written. Called by one thread. */
@FunctionalInterface
public interface StepOutput {

  /**
   * @param line without its line end; an unfinished last line is told too
   * @param error whether it came from standard error
   */
  void line(String line, boolean error);
}
