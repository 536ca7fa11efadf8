package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.util.HashMap;
import java.util.Map;

/**
 * Who holds versions of cache directories: an agent, or a vault, on which no step runs.
 *
 * @param known as the index knows it
 */
public record CacheHolder(VersionHolder known, CacheReplicas replicas) {

  /** No agent's, for it begins with a space: agents are asked for chunks by their names. */
  private static final String VAULT = " vault";

  static CacheHolder of(Agent agent) {
    return new CacheHolder(known(agent), agent.services().cacheReplicas());
  }

  /**
   * A durable home of cache directories.
   *
   * @param id the same for all who use it
   */
  public static CacheHolder vault(String id, CacheReplicas replicas) {
    return new CacheHolder(new VersionHolder(id, VAULT), replicas);
  }

  /** An agent as the index knows it. */
  static VersionHolder known(Agent agent) {
    return new VersionHolder(agent.id(), agent.name());
  }

  /** Tells the index which versions it has. */
  void register(CacheVersions versions) {
    Map<CacheKey, CacheVersion> held = new HashMap<>();
    for (CacheReplicas.HeldVersion one : replicas.inventory()) {
      held.merge(one.key(), version(one), (a, b) -> b.isNewerThan(a) ? b : a);
    }
    versions.register(known, held);
  }

  static CacheVersion version(CacheReplicas.HeldVersion held) {
    return new CacheVersion(
        held.number(), held.manifest(), held.files(), held.bytes(), held.publishedMillis());
  }

  @Override
  public String toString() {
    return known.name().strip();
  }
}
