package io.jenkins.plugins.dockerfilebuild.execution;

/**
 * What a cache directory is worth, from what steps that used it took on its agent.
 *
 * <p><b>The rule</b> (decision "What a cache directory is worth"): a directory saves, each time it
 * is used, what a step takes that finds it empty less what one takes that does not. Where no step
 * has found it empty on this agent it came from another one, and saves what sending it again takes.
 * It is used again as often as it was, the uses of a week ago counting half. Seconds saved by bytes
 * held is its worth; what is worth least goes first.
 *
 * @param uses how often it was used, as of its last use; older uses count less
 * @param coldMillis what the last step took that found it empty, 0 if none did here
 * @param warmMillis what steps took that did not, the last ones counting most; 0 if none
 */
public record CacheWorth(double uses, long coldMillis, long warmMillis) {

  /** Nothing is known. */
  public static final CacheWorth UNKNOWN = new CacheWorth(0, 0, 0);

  private static final double HALF_LIFE_MILLIS = 7 * 86_400_000.0;

  /** What a pool sends; seen on one machine. */
  private static final double SENT_BYTES_PER_SECOND = 50e6;

  /** A directory that is nearly empty is not worth more than all others. */
  private static final long LEAST_BYTES = 64 << 10;

  /** The share of the last step in the average. */
  private static final double LAST = 0.3;

  /** After another use. */
  public CacheWorth used(long sinceLastMillis) {
    return new CacheWorth(faded(sinceLastMillis) + 1, coldMillis, warmMillis);
  }

  /** After a step that came to its end. {@code cold}: it had found the directory empty. */
  public CacheWorth ran(boolean cold, long millis) {
    if (cold) {
      return new CacheWorth(uses, Math.max(1, millis), warmMillis);
    }
    double average = warmMillis == 0 ? millis : LAST * millis + (1 - LAST) * warmMillis;
    return new CacheWorth(uses, coldMillis, Math.max(1, Math.round(average)));
  }

  private double faded(long sinceLastMillis) {
    return uses * Math.pow(0.5, Math.max(0, sinceLastMillis) / HALF_LIFE_MILLIS);
  }

  /** Seconds that one use saves. */
  public double savedSeconds(long bytes) {
    return coldMillis == 0 || warmMillis == 0
        ? bytes / SENT_BYTES_PER_SECOND
        : Math.max(0, coldMillis - warmMillis) / 1e3;
  }

  /** Seconds that it is likely to save in the weeks to come, by gigabyte. */
  public double perGigabyte(long bytes, long sinceLastMillis) {
    return savedSeconds(bytes) * faded(sinceLastMillis) / (Math.max(LEAST_BYTES, bytes) / 1e9);
  }
}
