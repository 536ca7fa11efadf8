package io.jenkins.plugins.dockerfilebuild.execution.link;

import java.util.function.LongSupplier;

/**
 * Whether batches of chunks are packed on one way between two processes. Packing makes a half of
 * the bytes or less, but at some 130 MB/s of a core, which is less than a fast link carries. Nobody
 * knows the link; so after a few packed batches plain ones are tried, and then those are sent that
 * bring more in the same time. Now and then the others are tried again. Thread-safe.
 *
 * <p>Where several batches are under way each waits for the others, so what one takes says little:
 * its time counts divided by how many there were, and only if all of them were of its kind when it
 * began. A packed batch among plain ones is as late as these on a slow link, and one that came
 * before there was a crowd seems fast on a fast one. And a batch of many small files takes several
 * times what one of large files does, so some samples are needed, and a clear difference.
 */
final class PackingChoice {

  /** A smaller batch tells more of the delay of the way than of what it carries. */
  private static final int TELLING_BYTES = 1 << 19;

  /** Batches that are packed at first. */
  private static final int FIRST = 4;

  /** Batches of a trial at most; its last ones are alone, though eight others were under way. */
  private static final int MOST_TRIED = 20;

  private static final int FIRST_TRIAL = 16;
  private static final int MOST_BETWEEN_TRIALS = 1024;

  /** Packed batches must come so much faster: packing costs cores something that others can use. */
  private static final double CLEARLY = 0.6;

  private final LongSupplier nanoClock;
  private final Kind packed = new Kind();
  private final Kind plain = new Kind();

  /** What is sent but for trials. */
  private Kind favoured = plain;

  private boolean trying = true;
  private int mostTried = FIRST;
  private int begun;
  private int betweenTrials = FIRST_TRIAL;
  private int nextTrial = FIRST_TRIAL;

  PackingChoice() {
    this(System::nanoTime);
  }

  PackingChoice(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Begins a batch; to be closed when it has come, or never will. */
  synchronized Batch begin() {
    Kind kind = next();
    begun++;
    kind.begun++;
    kind.underWay++;
    return new Batch(kind);
  }

  private Kind next() {
    if (!trying && begun >= nextTrial) {
      trying = true;
      mostTried = MOST_TRIED;
      betweenTrials = Math.min(MOST_BETWEEN_TRIALS, 4 * betweenTrials);
      nextTrial = begun + betweenTrials;
      other(favoured).forget();
    }
    if (trying) {
      Kind tried = other(favoured);
      if (!tried.isKnown() && tried.begun < mostTried) {
        return tried;
      }
      judge(tried);
    }
    return favoured;
  }

  /** Ends a trial whose batches have come. */
  private void judge(Kind tried) {
    if (tried.isKnown() && favoured.isKnown()) {
      favoured = packed.nanosPerByte < CLEARLY * plain.nanosPerByte ? packed : plain;
      trying = false;
    } else if (!tried.isKnown() && tried.underWay == 0) {
      trying = false;
    }
  }

  private Kind other(Kind kind) {
    return kind == packed ? plain : packed;
  }

  /** A batch on its way. */
  final class Batch implements AutoCloseable {

    private final Kind kind;
    private final boolean alone;
    private final int crowd;
    private final long since = nanoClock.getAsLong();

    private Batch(Kind kind) {
      this.kind = kind;
      this.alone = other(kind).underWay == 0;
      this.crowd = kind.underWay;
    }

    boolean isPacked() {
      return kind == packed;
    }

    /**
     * Notes that it came.
     *
     * @param bytes of it, unpacked
     */
    void came(int bytes) {
      synchronized (PackingChoice.this) {
        if (bytes < TELLING_BYTES) {
          kind.begun--;
        } else if (alone) {
          double sharing = (crowd + packed.underWay + plain.underWay) / 2.0;
          kind.add((nanoClock.getAsLong() - since) / sharing / bytes);
        }
      }
    }

    @Override
    public void close() {
      synchronized (PackingChoice.this) {
        kind.underWay--;
      }
    }
  }

  /** Packed batches, or plain ones; guarded by the choice. */
  private static final class Kind {

    /** Samples that tell a pace, which is their mean; older ones fade. */
    private static final int SAMPLES = 8;

    /** Batches since the trial began that have told something, or may yet. */
    private int begun;

    private int underWay;
    private int samples;
    private double nanosPerByte;

    boolean isKnown() {
      return samples >= SAMPLES;
    }

    void add(double sample) {
      samples = Math.min(SAMPLES, samples + 1);
      nanosPerByte += (sample - nanosPerByte) / samples;
    }

    void forget() {
      begun = 0;
      samples = 0;
      nanosPerByte = 0;
    }
  }
}
