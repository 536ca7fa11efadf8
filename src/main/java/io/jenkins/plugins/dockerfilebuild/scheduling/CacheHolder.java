package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.util.HashMap;
import java.util.Map;

/**
 * Who holds versions of cache directories: an agent, or a vault, on which no step runs.
 *
 * @param name under which the index knows it
 */
record CacheHolder(String name, CacheReplicas replicas) {

  static CacheHolder of(Agent agent) {
    return new CacheHolder(agent.name(), agent.services().cacheReplicas());
  }

  /** Tells the index which versions it has. */
  void register(CacheVersions versions) {
    Map<CacheKey, CacheVersion> held = new HashMap<>();
    for (CacheReplicas.HeldVersion one : replicas.inventory()) {
      held.merge(one.key(), version(one), (a, b) -> b.isNewerThan(a) ? b : a);
    }
    versions.register(name, held);
  }

  static CacheVersion version(CacheReplicas.HeldVersion held) {
    return new CacheVersion(
        held.number(), held.manifest(), held.files(), held.bytes(), held.publishedMillis());
  }

  @Override
  public String toString() {
    return name;
  }
}
