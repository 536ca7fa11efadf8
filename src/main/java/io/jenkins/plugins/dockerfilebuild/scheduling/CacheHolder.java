package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;

/**
 * Who holds versions of cache directories: an agent, or a vault, on which no step runs.
 *
 * @param name under which the index knows it
 */
record CacheHolder(String name, CacheReplicas replicas) {

  static CacheHolder of(Agent agent) {
    return new CacheHolder(agent.name(), agent.services().cacheReplicas());
  }

  @Override
  public String toString() {
    return name;
  }
}
