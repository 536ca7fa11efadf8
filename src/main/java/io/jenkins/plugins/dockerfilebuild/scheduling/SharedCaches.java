package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import java.util.Optional;

/**
 * What builds that use the same agents share of cache directories.
 *
 * @param vault a durable home of them, besides the agents
 */
public record SharedCaches(Coordination coordination, Optional<CacheHolder> vault) {

  /** For the builds of one process. */
  public static SharedCaches inMemory() {
    return new SharedCaches(Coordination.inMemory(), Optional.empty());
  }
}
