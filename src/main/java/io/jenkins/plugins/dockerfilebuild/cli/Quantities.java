package io.jenkins.plugins.dockerfilebuild.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and ages as users type them. */
final class Quantities {

  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,3})?)\\s*([kmgt]?)(i?)b?");
  private static final Pattern AGE = Pattern.compile("(\\d{1,9})([smhdw])");
  private static final Map<String, Integer> POWERS = Map.of("", 0, "k", 1, "m", 2, "g", 3, "t", 4);
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1),
          "w", Duration.ofDays(7));

  private Quantities() {}

  /** Bytes of {@code 512}, {@code 10GB} (decimal, as Docker prints sizes) or {@code 10GiB}. */
  static long bytes(String option, String text) {
    Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      throw CommandFailure.usage(
          option + " " + text + ": not a size", "sizes are such as 500MB, 10GB or 10GiB");
    }
    BigDecimal unit = new BigDecimal(size.group(3).isEmpty() ? 1000 : 1024);
    BigDecimal bytes = new BigDecimal(size.group(1)).multiply(unit.pow(POWERS.get(size.group(2))));
    return bytes.min(new BigDecimal(Long.MAX_VALUE)).longValue();
  }

  /** The time of {@code 30m}, {@code 24h}, {@code 7d} or {@code 2w}. */
  static Duration age(String option, String text) {
    Matcher age = AGE.matcher(text);
    if (!age.matches()) {
      throw CommandFailure.usage(
          option + " " + text + ": not an age", "ages are such as 90s, 30m, 24h, 7d or 2w");
    }
    return UNITS.get(age.group(2)).multipliedBy(Long.parseLong(age.group(1)));
  }
}
