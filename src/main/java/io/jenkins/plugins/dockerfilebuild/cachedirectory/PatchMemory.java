package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.util.concurrent.atomic.AtomicLong;

/** Memory for patches of others, of all that are read at the same time. Thread-safe. */
final class PatchMemory {

  /** The rest is for the manifests that they start from, and for all else. */
  static final PatchMemory OF_PROCESS = new PatchMemory(Runtime.getRuntime().maxMemory() / 4);

  private final AtomicLong left;

  PatchMemory(long bytes) {
    left = new AtomicLong(bytes);
  }

  /**
   * Takes some, also if there is too little, until it is given back.
   *
   * @return whether there was enough
   */
  boolean take(long bytes) {
    return left.addAndGet(-bytes) >= 0;
  }

  void giveBack(long bytes) {
    left.addAndGet(bytes);
  }
}
