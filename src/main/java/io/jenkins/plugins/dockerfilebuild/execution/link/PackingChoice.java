package io.jenkins.plugins.dockerfilebuild.execution.link;

/**
 * Whether batches of chunks are packed on one way between two processes. Packing makes a half of
 * the bytes or less, but at some 130 MB/s of a core, which is less than a fast link carries. Nobody
 * knows the link; so once packed batches have been seen, plain ones are tried, and then those are
 * sent that bring more in the same time. Now and then the others are tried again. Thread-safe.
 */
final class PackingChoice {

  /** A smaller batch tells more of the delay of the way than of what it carries. */
  private static final int TELLING_BYTES = 1 << 20;

  /** Bytes cost something too: plain ones must be faster by this. */
  private static final double WORTH_ITS_BYTES = 0.8;

  private static final int MOST_BETWEEN_TRIALS = 32;

  private final Pace packed = new Pace();
  private final Pace plain = new Pace();
  private int begun;
  private int betweenTrials = 2;
  private int nextTrial = betweenTrials;

  /** Whether the next batch is to be packed. */
  synchronized boolean packNext() {
    begun++;
    if (!packed.isKnown() || !plain.isKnown()) {
      nextTrial = begun + betweenTrials;
      return !packed.isKnown() || begun % 2 == 1;
    }
    boolean better = plain.nanosPerByte > packed.nanosPerByte * WORTH_ITS_BYTES;
    if (begun < nextTrial) {
      return better;
    }
    betweenTrials = Math.min(MOST_BETWEEN_TRIALS, 2 * betweenTrials);
    nextTrial = begun + betweenTrials;
    return !better;
  }

  /**
   * Notes what a batch took, from the request for it until it was there.
   *
   * @param wasPacked what {@link #packNext} answered
   * @param bytes of it, unpacked
   */
  synchronized void took(boolean wasPacked, int bytes, long nanos) {
    if (bytes >= TELLING_BYTES) {
      (wasPacked ? packed : plain).add((double) nanos / bytes);
    }
  }

  /** The least that was seen lately: code that is not compiled yet, or a pause, makes it more. */
  private static final class Pace {

    private static final double FORGETTING = 0.125;

    private double nanosPerByte = Double.POSITIVE_INFINITY;

    boolean isKnown() {
      return nanosPerByte < Double.POSITIVE_INFINITY;
    }

    void add(double sample) {
      nanosPerByte =
          sample < nanosPerByte ? sample : nanosPerByte + (sample - nanosPerByte) * FORGETTING;
    }
  }
}
