package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a member of a cluster listens.
 *
 * @param host a name or an address, IPv6 without brackets
 * @param port 0 for one that is free, where a member of our own is meant
 */
public record MemberAddress(String host, int port) {

  private static final Pattern FORM = Pattern.compile("(?:\\[([^\\]]+)\\]|([^:\\s]+)):(\\d{1,5})");

  private static final int LAST_PORT = 65_535;

  /**
   * @throws IllegalArgumentException an empty host, or no port
   */
  public MemberAddress {
    if (host.isBlank() || port < 0 || port > LAST_PORT) {
      throw new IllegalArgumentException(
          "not an address of a cluster member: " + host + ":" + port);
    }
  }

  /** On this machine only, at a port that is free. */
  public static MemberAddress loopback() {
    return new MemberAddress("127.0.0.1", 0);
  }

  /**
   * Reads {@code HOST:PORT} or {@code [IPV6]:PORT}.
   *
   * @throws IllegalArgumentException it is neither; the message says what to write
   */
  public static MemberAddress parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > LAST_PORT) {
      throw new IllegalArgumentException(
          "\"%s\" is not an address: write HOST:PORT, such as 10.0.0.5:5710 or [::1]:5710"
              .formatted(text));
    }
    String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    return new MemberAddress(host, Integer.parseInt(matcher.group(3)));
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
