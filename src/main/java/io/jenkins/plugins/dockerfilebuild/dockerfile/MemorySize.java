package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory as Docker writes it: {@code 128m}, {@code 1.5GiB}, {@code 64 kb}, {@code
 * 4096}. Units are powers of 1024 ({@code RAMInBytes} of docker/go-units).
 */
final class MemorySize {

  private static final Pattern SIZE =
      Pattern.compile("(\\d++(?:\\.\\d*+)?|\\.\\d++)([eE][+-]?\\d++)? ?(?:b|([kmgtp])(?:i?b)?)?");

  private MemorySize() {}

  /** Bytes; empty if the text is no size, or one beyond what a long holds. */
  static Optional<Long> parse(String text) {
    Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String exponent = matcher.group(2) == null ? "" : matcher.group(2);
    double number = Double.parseDouble(matcher.group(1) + exponent);
    int power = matcher.group(3) == null ? 0 : "kmgtp".indexOf(matcher.group(3)) + 1;
    double bytes = number * Math.pow(1024, power);
    return bytes < 0x1p63 ? Optional.of((long) bytes) : Optional.empty();
  }
}
