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
   * Removes what was not used for {@code olderThan}, and then the longest unused of each kind until
   * no more than {@code keepBytes} of it is left. What a step uses now stays, and so do images that
   * have a name.
   *
   * @return what was removed, by kind
   */
  List<Usage> prune(long keepBytes, Duration olderThan);

  /** Kinds of what is kept. */
  enum Kind {
    /** Images that steps left, by which a later build finds their results. */
    STEP_RESULTS,
    /** Files and trees of build contexts. */
    CONTEXT_FILES,
    /** Directories of trees, ready to be mounted. */
    CONTEXT_DIRECTORIES,
    /** Directories of image contents, ready to be mounted. */
    IMAGE_DIRECTORIES
  }

  /**
   * How much there is of a kind.
   *
   * @param bytes of disk; layers that images share count once
   */
  record Usage(Kind kind, long count, long bytes) {}
}
