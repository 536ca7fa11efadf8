package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

/**
 * What must be brought to an agent before a step can run there.
 *
 * @param bytes that the agent lacks, as well as that is known
 * @param seconds that bringing them is expected to take
 */
public record Move(long bytes, double seconds) {

  /** All is there. */
  public static final Move NONE = new Move(0, 0);

  /** One after the other. */
  public Move plus(Move other) {
    return new Move(bytes + other.bytes, seconds + other.seconds);
  }
}
