package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.execution.CacheLimits;
import java.util.Optional;

/**
 * What a build may do with the cache directories of its namespace.
 *
 * @param discards whether what its steps write is thrown away
 * @param fork the name of the build's own fork of the namespace: directories begin with what the
 *     namespace has then, and what is written is seen by builds of the same fork only. A fork is a
 *     manifest of its own and costs what is changed in it.
 * @param limits for the directories of the namespace on each agent, kept at the end of the build
 */
public record CachePolicy(boolean discards, Optional<String> fork, CacheLimits limits) {

  /** Reads; what its steps write is discarded: for builds of changes that nobody trusts. */
  public static final CachePolicy READ_ONLY =
      new CachePolicy(true, Optional.empty(), CacheLimits.NONE);

  /** Reads and writes. */
  public static final CachePolicy READ_WRITE =
      new CachePolicy(false, Optional.empty(), CacheLimits.NONE);

  /** Reads the namespace, writes into a fork of it. */
  public static CachePolicy fork(String name) {
    return new CachePolicy(false, Optional.of(name), CacheLimits.NONE);
  }

  /** The same, and when the build ends agents keep no more than this of its namespace. */
  public CachePolicy within(CacheLimits kept) {
    return new CachePolicy(discards, fork, kept);
  }

  /** What a user should know who counts on what steps leave there; empty: they leave it. */
  Optional<String> notice() {
    if (discards) {
      return Optional.of("cache directories are only read: what steps write there is discarded");
    }
    return fork.map(
        name -> "cache directories are forked: only builds of " + name + " see what steps write");
  }

  /** The namespace that the build writes into where it is given another. */
  String ownNamespace(String namespace) {
    return fork.map(name -> namespace + CacheKey.FORK + name).orElse(namespace);
  }

  /** The key under which the build finds and publishes a directory. */
  CacheKey own(CacheKey key) {
    return fork.isPresent() ? inNamespace(key, ownNamespace(key.namespace())) : key;
  }

  /** The key of the directory that a fork begins with, empty where there is no fork. */
  Optional<CacheKey> parent(CacheKey own) {
    int separator = own.namespace().lastIndexOf(CacheKey.FORK);
    return fork.isPresent() && separator >= 0
        ? Optional.of(inNamespace(own, own.namespace().substring(0, separator)))
        : Optional.empty();
  }

  private static CacheKey inNamespace(CacheKey key, String namespace) {
    return new CacheKey(
        namespace, key.id(), key.platform(), key.seed(), key.mode(), key.uid(), key.gid());
  }
}
