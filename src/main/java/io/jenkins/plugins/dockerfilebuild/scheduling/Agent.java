package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;

/**
 * A member of the pool.
 *
 * @param name unique in the pool; what the user calls it
 * @param capacity how many steps it runs at once
 */
public record Agent(String name, AgentServices services, AgentInfo info, int capacity) {

  /** An agent that runs as many steps at once as its engine has processors. */
  public static Agent of(String name, AgentServices services) {
    AgentInfo info = services.info();
    return new Agent(name, services, info, Math.max(1, info.processors()));
  }

  @Override
  public String toString() {
    return name;
  }
}
