package io.jenkins.plugins.dockerfilebuild.execution;

import java.time.Duration;
import java.util.List;

/**
 * What an agent keeps to make later builds faster, beside {@link CacheDirectories}. All of it can
 * be made again; the agent bounds it by itself. Thread-safe, also between processes.
 */
public interface AgentStorage {

  /** What there is, by kind. */
  List<Usage> usage();

  /**
   * Removes what nobody uses now, images that have a name excepted.
   *
   * @param keepBytes remove the longest unused of each kind until no more than this is left
   * @param olderThan remove only what was not used for this long
   * @return what was removed, by kind
   */
  List<Usage> prune(long keepBytes, Duration olderThan);

  /** Kinds of what is kept. */
  enum Kind {
    /** Images that steps left, by which a later build finds their results. */
    STEP_RESULTS,
    /** Files of build contexts. */
    CONTEXT_FILES,
    /** Directories of images, and in volumes of build contexts, that are ready to be mounted. */
    IMAGE_FILES
  }

  /**
   * How much there is of a kind.
   *
   * @param bytes of disk; layers that images share count once
   */
  record Usage(Kind kind, long count, long bytes) {}
}
