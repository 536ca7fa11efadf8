package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;

/** The agent that keeps a finished image is lost; another can make it again. */
public final class ImageLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Agent agent;

  /**
   * @param agent that kept the image
   * @param cause what it was lost of
   */
  public ImageLostException(Agent agent, AgentLostException cause) {
    super(cause.getMessage(), cause);
    this.agent = agent;
  }

  Agent agent() {
    return agent;
  }
}
