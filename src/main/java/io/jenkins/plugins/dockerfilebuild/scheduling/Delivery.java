package io.jenkins.plugins.dockerfilebuild.scheduling;

/** Brings finished images to where the user wants them: files, registries. */
@FunctionalInterface
public interface Delivery {

  /**
   * Delivers. It may be called again, with images that other agents keep, after an agent was lost.
   *
   * @throws ImageLostException an agent is lost whose image was not delivered yet
   * @throws InterruptedException the build was canceled
   */
  void deliver(PlanExecution.Outcome.Built built) throws InterruptedException;
}
