package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.util.Optional;

/**
 * What builds that use the same agents share of cache directories.
 *
 * @param vault a durable home of them, besides the agents
 */
public record SharedCaches(Coordination coordination, Optional<CacheReplicas> vault) {

  /** The vault's name in the index; no agent's, for it begins with a space. */
  private static final String VAULT = " vault";

  /** For the builds of one process. */
  public static SharedCaches inMemory() {
    return new SharedCaches(Coordination.inMemory(), Optional.empty());
  }

  Optional<CacheHolder> vaultHolder() {
    return vault.map(replicas -> new CacheHolder(VAULT, replicas));
  }
}
