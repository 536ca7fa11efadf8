package io.jenkins.plugins.dockerfilebuild.coordination;

import java.time.Duration;
import java.time.InstantSource;

/** What builds agree on about cache directories: who may use them, and which version is newest. */
public record CacheCoordination(CacheDirectoryLeases leases, CacheVersions versions) {

  /** How long a holder may be silent: a long pause of a JVM, but not a coffee break. */
  private static final Duration LIFETIME = Duration.ofSeconds(60);

  /** For builds of one process; the agents know the rest. */
  public static CacheCoordination inMemory() {
    return new CacheCoordination(
        new InMemoryCacheDirectoryLeases(LIFETIME, InstantSource.system()),
        new InMemoryCacheVersions());
  }
}
