package io.jenkins.plugins.dockerfilebuild.remote;

import java.time.Duration;

/**
 * What a server may cost a build.
 *
 * @param bytes of one source: of a file, or of a repository with its submodules
 * @param answer how long a server may take to begin its answer
 * @param whole how long one source may take in all
 */
record FetchLimits(long bytes, Duration answer, Duration whole) {

  static final FetchLimits DEFAULT =
      new FetchLimits(8L << 30, Duration.ofSeconds(60), Duration.ofMinutes(30));
}
