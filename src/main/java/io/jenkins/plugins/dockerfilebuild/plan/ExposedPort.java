package io.jenkins.plugins.dockerfilebuild.plan;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A word of EXPOSE. Rules and error texts are BuildKit's ({@code convert_expose.go}). */
final class ExposedPort {

  private static final int HIGHEST = 65535;

  private static final List<String> PROTOCOLS = List.of("tcp", "udp", "sctp");

  private static final Pattern RANGE = Pattern.compile("\\+?(\\d{1,9})(?:-\\+?(\\d{1,9}))?");

  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[?[0-9a-fA-F]*:[0-9a-fA-F:.]*+]?");

  private record Range(int first, int last) {}

  private ExposedPort() {}

  /**
   * The ports that {@code 80}, {@code 8000-8010} or {@code 53/udp} mean, each as {@code
   * port/protocol}. An address or port of the host in front must be one, and means nothing.
   *
   * @throws IllegalArgumentException it means none; the message is for the user
   */
  static List<String> parse(String word) {
    int colon = word.lastIndexOf(':');
    String container = word.substring(colon + 1);
    int slash = container.indexOf('/');
    String ports = slash < 0 ? container : container.substring(0, slash);
    if (ports.isEmpty()) {
      throw new IllegalArgumentException("invalid port: \"%s\": no port specified".formatted(word));
    }
    String protocol = protocol(slash < 0 ? "" : container.substring(slash + 1), word);
    String host = word.substring(0, Math.max(0, colon));
    checkAddress(host.substring(0, Math.max(0, host.lastIndexOf(':'))));
    Range range = range(ports, "invalid containerPort: ");
    checkHostPorts(host.substring(host.lastIndexOf(':') + 1), ports, range);
    return IntStream.rangeClosed(range.first(), range.last())
        .mapToObj(port -> port + "/" + protocol)
        .toList();
  }

  private static String protocol(String written, String word) {
    String protocol = written.isEmpty() ? "tcp" : written.toLowerCase(Locale.ROOT);
    if (!PROTOCOLS.contains(protocol)) {
      throw new IllegalArgumentException(
          "invalid port: \"%s\": invalid proto: %s".formatted(word, written));
    }
    return protocol;
  }

  private static void checkAddress(String address) {
    if (!address.isEmpty() && !ADDRESS.matcher(address).matches()) {
      throw new IllegalArgumentException("invalid IP address: " + address);
    }
  }

  /** A range of the host has as many ports, or is where the only port may be found. */
  private static void checkHostPorts(String hostPorts, String ports, Range range) {
    if (hostPorts.isEmpty()) {
      return;
    }
    Range hostRange = range(hostPorts, "invalid hostPort: ");
    int more = range.last() - range.first();
    if (more > 0 && more != hostRange.last() - hostRange.first()) {
      throw new IllegalArgumentException(
          "invalid ranges specified for container and host Ports: " + ports + " and " + hostPorts);
    }
  }

  private static Range range(String text, String problem) {
    Matcher matcher = RANGE.matcher(text);
    if (matcher.matches()) {
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      if (first <= last && last <= HIGHEST) {
        return new Range(first, last);
      }
    }
    throw new IllegalArgumentException(problem + text);
  }
}
