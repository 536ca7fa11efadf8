package io.jenkins.plugins.dockerfilebuild.execution.link;

import java.time.Duration;

/**
 * How much is under way at once and how long is waited, the same on both sides. Batches of 4 MiB
 * with 4 in flight move 67 MB/s at 100 ms distance and hold back a line of output by 130 ms at most
 * (measured over Jenkins remoting; larger ones are no faster and hold it back for longer).
 */
final class LinkLimits {

  /** Bytes of a batch. */
  static final int BATCH_BYTES = 4 << 20;

  /** Batches of one operation that are under way. */
  static final int WINDOW = 4;

  /** How long an agent holds back the answer to a poll when there is nothing to tell. */
  static final Duration POLL = Duration.ofSeconds(5);

  /** An operation that nobody has asked for in this time is stopped: its caller is gone. */
  static final Duration LEASE = Duration.ofSeconds(30);

  /** How often a caller that is busy with what it was told says that it is there. */
  static final Duration HERE = LEASE.dividedBy(3);

  /** A link that has not answered anything for this long is broken. */
  static final Duration SILENCE = Duration.ofSeconds(60);

  /** How long a caller that was interrupted waits until the agent has cleaned up. */
  static final Duration STOPPING = Duration.ofSeconds(45);

  /** Operations that an agent runs at once, of all callers. */
  static final int OPERATIONS = 4096;

  private LinkLimits() {}
}
