package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.model.Job;
import io.jenkins.plugins.dockerfilebuild.scheduling.CachePolicy;
import java.util.Locale;

/** What a job asks to do with the cache directories of its namespace. */
public enum CacheAccess {
  /** Reads and writes. */
  READ_WRITE,
  /** Reads; writes into a fork that builds of the same job see and nobody else. */
  FORK,
  /** Reads; what is written is discarded. */
  READ_ONLY;

  /** As users write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * @throws IllegalArgumentException there is no such policy; says which there are
   */
  static CacheAccess parse(String word) {
    for (CacheAccess access : values()) {
      if (access.word().equals(word)) {
        return access;
      }
    }
    throw new IllegalArgumentException(
        "cachePolicy: \"" + word + "\" is none of read-write, fork and read-only");
  }

  /** The engine's policy for a build of the job. */
  CachePolicy of(Job<?, ?> job) {
    return switch (this) {
      case READ_WRITE -> CachePolicy.READ_WRITE;
      case FORK -> CachePolicy.fork(job.getFullName());
      case READ_ONLY -> CachePolicy.READ_ONLY;
    };
  }
}
