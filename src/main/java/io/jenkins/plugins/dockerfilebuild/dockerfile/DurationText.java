package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A duration as HEALTHCHECK takes it, {@code 1m30s}, {@code 1.5h} (Go's {@code ParseDuration}). */
final class DurationText {

  private static final Map<String, Long> NANOSECONDS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "\u00b5s", 1_000L,
          "\u03bcs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private static final Pattern PART = Pattern.compile("(\\d++(?:\\.\\d*+)?|\\.\\d++)([^\\d.]*+)");

  /** No duration that fits a long is longer; it keeps the arithmetic short. */
  private static final int MAX_LENGTH = 100;

  private DurationText() {}

  /**
   * Nanoseconds.
   *
   * @throws DockerfileException without a place, in Go's words
   */
  static long parse(String text) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String rest = signed ? text.substring(1) : text;
    if (rest.equals("0")) {
      return 0;
    }
    if (rest.isEmpty() || rest.length() > MAX_LENGTH) {
      throw invalid(text);
    }
    BigDecimal sum = BigDecimal.ZERO;
    Matcher part = PART.matcher(rest);
    int position = 0;
    while (position < rest.length()) {
      part.region(position, rest.length());
      if (!part.lookingAt()) {
        throw invalid(text);
      }
      sum = sum.add(new BigDecimal(part.group(1)).multiply(unit(part.group(2), text)));
      position = part.end();
    }
    if (sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw invalid(text);
    }
    return text.startsWith("-") ? -sum.longValue() : sum.longValue();
  }

  private static BigDecimal unit(String unit, String text) {
    if (unit.isEmpty()) {
      throw new DockerfileException("time: missing unit in duration " + Quoted.of(text));
    }
    Long nanoseconds = NANOSECONDS.get(unit);
    if (nanoseconds == null) {
      throw new DockerfileException(
          "time: unknown unit " + Quoted.of(unit) + " in duration " + Quoted.of(text));
    }
    return BigDecimal.valueOf(nanoseconds);
  }

  private static DockerfileException invalid(String text) {
    return new DockerfileException("time: invalid duration " + Quoted.of(text));
  }
}
