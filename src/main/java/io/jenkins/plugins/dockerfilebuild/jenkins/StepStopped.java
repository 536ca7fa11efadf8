package io.jenkins.plugins.dockerfilebuild.jenkins;

import jenkins.model.CauseOfInterruption;

/** Somebody stopped one step of a Dockerfile, by its executor or in the queue: the build ends. */
final class StepStopped extends CauseOfInterruption {

  private static final long serialVersionUID = 1L;

  @Override
  public String getShortDescription() {
    return Messages.StepStopped_description();
  }
}
