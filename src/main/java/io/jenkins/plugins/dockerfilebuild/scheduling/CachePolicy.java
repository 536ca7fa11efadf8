package io.jenkins.plugins.dockerfilebuild.scheduling;

/** What a build may do with the cache directories of its namespace. */
public enum CachePolicy {

  /** Reads them; what its steps write is discarded: for builds of changes that nobody trusts. */
  READ_ONLY,

  /** Reads and writes them. */
  READ_WRITE
}
