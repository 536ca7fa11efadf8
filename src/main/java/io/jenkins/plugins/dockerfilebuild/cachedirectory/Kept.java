package io.jenkins.plugins.dockerfilebuild.cachedirectory;

/** What a directory keeps of its own when it is brought to a version that others made. */
public enum Kept {

  /** It becomes exactly that version. */
  NOTHING,

  /** What it has changed since its own version; of a path that both changed, the newer. */
  CHANGES,

  /** All that it holds now: the other one was made without its version. Else as {@code CHANGES}. */
  ALL,

  /**
   * All of its own version, as it was published: the other one was made without it. What only one
   * of them has stays, of a path that both have, the newer.
   */
  VERSION
}
