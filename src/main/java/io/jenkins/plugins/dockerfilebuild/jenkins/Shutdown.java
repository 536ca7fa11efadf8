package io.jenkins.plugins.dockerfilebuild.jenkins;

import jenkins.model.Jenkins;

/** Whether the controller is on its way down, which cuts off all agents. */
final class Shutdown {

  private Shutdown() {}

  /**
   * Jenkins itself knows it late where a signal ends its process: the web server closes the
   * WebSockets of agents before it tells Jenkins. A build may still have something to say when
   * Jenkins has gone.
   */
  static boolean isUnderWay() {
    Jenkins jenkins = Jenkins.getInstanceOrNull();
    return jenkins == null || jenkins.isTerminating() || isProcessEnding();
  }

  /** The JVM refuses hooks from the moment at which it begins to run them. */
  private static boolean isProcessEnding() {
    Thread probe = new Thread(() -> {}, "dockerfile-build-probe");
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }
}
