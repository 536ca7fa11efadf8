package io.jenkins.plugins.dockerfilebuild.plan;

/**
 * How much a plan holds so far. The value of a variable, the words of a SHELL and what a stage
 * inherits come to stand in many places, so that a Dockerfile of some kilobytes could ask for
 * gigabytes of whoever plans it, which in Jenkins is the controller. For one thread.
 */
final class PlanSize {

  /** Beyond any build by far, and no burden to a small controller. */
  private static final long MOST = 64 << 20;

  /** About what a variable, a label or a port takes beside its text. */
  private static final int ENTRY = 128;

  private long size;

  /** Adds texts and entries of lists and maps, and tells whether that is not too much. */
  boolean add(long characters, long entries) {
    size += characters + entries * ENTRY;
    return size <= MOST;
  }
}
