package io.jenkins.plugins.dockerfilebuild.execution.link;

/**
 * Whether batches of chunks are packed on one way between two processes. Packing makes a half of
 * the bytes or less, but at some 130 MB/s of a core, which is less than a fast link carries. Nobody
 * knows the link; so after a few packed batches plain ones are tried, and then those are sent that
 * bring more in the same time. Now and then the others are tried again. Thread-safe.
 */
final class PackingChoice {

  /** A smaller batch tells more of the delay of the way than of what it carries. */
  private static final int TELLING_BYTES = 1 << 19;

  /** Of each kind, before one is known. */
  private static final int FIRST = 4;

  private static final int MOST_BETWEEN_TRIALS = 64;

  /**
   * Packed batches must come so much faster than plain ones. Where several are under way each waits
   * for the others, so that what one took tells little of what it cost; and packing costs two cores
   * something that others could use.
   */
  private static final double CLEARLY = 0.8;

  private final Pace packed = new Pace();
  private final Pace plain = new Pace();
  private int begun;
  private int betweenTrials = FIRST;
  private int nextTrial = 4 * FIRST;

  /** Whether the next batch is to be packed. */
  synchronized boolean packNext() {
    boolean pack = choose();
    begun++;
    (pack ? packed : plain).begun++;
    return pack;
  }

  /** A few of both are under way before either is known: what is not compiled yet packs slowly. */
  private boolean choose() {
    if (packed.begun < FIRST || plain.begun < FIRST) {
      return packed.begun < FIRST;
    }
    if (!packed.isKnown() || !plain.isKnown()) {
      return packed.isKnown();
    }
    boolean better = plain.nanosPerByte * CLEARLY > packed.nanosPerByte;
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
    Pace pace = wasPacked ? packed : plain;
    if (bytes >= TELLING_BYTES) {
      pace.add((double) nanos / bytes);
    } else {
      pace.begun--;
    }
  }

  /** The least that was seen lately: code that is not compiled yet, or a pause, makes it more. */
  private static final class Pace {

    private static final double FORGETTING = 0.125;

    /** Batches that have told something, or may yet. */
    private int begun;

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
