package io.jenkins.plugins.dockerfilebuild.report;

import java.util.Locale;

/** Durations and sizes as people read them. */
public final class Figures {

  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private Figures() {}

  /** {@code 0.4 s}, {@code 41 s}, {@code 2 min 5 s}, {@code 1 h 2 min}. */
  public static String duration(long millis) {
    if (millis < 10 * SECOND - 50) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    long rounded = (millis + SECOND / 2) / SECOND * SECOND;
    if (rounded < MINUTE) {
      return rounded / SECOND + " s";
    }
    if (rounded < HOUR) {
      return rounded / MINUTE + " min " + rounded % MINUTE / SECOND + " s";
    }
    return rounded / HOUR + " h " + rounded % HOUR / MINUTE + " min";
  }

  /** {@code 1 file}, {@code 30,412 files}. */
  static String files(long count) {
    return String.format(Locale.ROOT, count == 1 ? "%,d file" : "%,d files", count);
  }

  /** Decimal units, as Docker prints sizes: {@code 512 B}, {@code 3.4 MB}, {@code 340 MB}. */
  public static String bytes(long bytes) {
    double figure = bytes;
    int unit = 0;
    while (figure >= 999.5 && unit < UNITS.length - 1) {
      figure /= 1000;
      unit++;
    }
    String format = unit > 0 && figure < 9.95 ? "%.1f %s" : "%.0f %s";
    return String.format(Locale.ROOT, format, figure, UNITS[unit]);
  }
}
