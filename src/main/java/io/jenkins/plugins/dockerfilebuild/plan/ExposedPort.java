package io.jenkins.plugins.dockerfilebuild.plan;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A word of EXPOSE. */
final class ExposedPort {

  private static final int HIGHEST = 65535;

  /** An address or host port in front is accepted and means nothing, as in BuildKit. */
  private static final Pattern WORD =
      Pattern.compile("(?:.*:)?(\\d{1,9})(?:-(\\d{1,9}))?(?:/(\\w*))?");

  private ExposedPort() {}

  /**
   * The ports that {@code 80}, {@code 8000-8010} or {@code 53/udp} mean, each as {@code
   * port/protocol}.
   *
   * @throws IllegalArgumentException it means none; the message is for the user
   */
  static List<String> parse(String word) {
    Matcher matcher = WORD.matcher(word);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("invalid containerPort: " + word);
    }
    int first = Integer.parseInt(matcher.group(1));
    int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
    String given = matcher.group(3) == null ? "" : matcher.group(3).toLowerCase(Locale.ROOT);
    String protocol = given.isEmpty() ? "tcp" : given;
    if (!List.of("tcp", "udp", "sctp").contains(protocol)) {
      throw new IllegalArgumentException("invalid proto: " + protocol);
    }
    if (last < first || last > HIGHEST) {
      throw new IllegalArgumentException("invalid containerPort: " + word);
    }
    return IntStream.rangeClosed(first, last).mapToObj(port -> port + "/" + protocol).toList();
  }
}
