package io.jenkins.plugins.dockerfilebuild.http;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * IP addresses that begin alike, as CIDR writes them.
 *
 * @param bits how many of the first address' bits all have
 */
public record AddressBlock(InetAddress first, int bits) {

  private static final Pattern V4 =
      Pattern.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
  private static final Pattern V6 = Pattern.compile("(?i)[0-9a-f]*:[0-9a-f:.]*");

  /** Reads {@code 10.0.0.0/8}; empty if it is something else. */
  public static Optional<AddressBlock> parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 2 || !parts[1].matches("\\d{1,3}")) {
      return Optional.empty();
    }
    int bits = Integer.parseInt(parts[1]);
    return address(parts[0])
        .filter(first -> bits <= first.getAddress().length * Byte.SIZE)
        .map(first -> new AddressBlock(first, bits));
  }

  /** The address that a text is; empty for a name, of which nobody is asked. */
  static Optional<InetAddress> address(String text) {
    if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Whether the address is one of these. */
  public boolean contains(InetAddress address) {
    byte[] own = first.getAddress();
    byte[] other = address.getAddress();
    int different = own.length * Byte.SIZE - bits;
    return own.length == other.length
        && new BigInteger(own)
            .shiftRight(different)
            .equals(new BigInteger(other).shiftRight(different));
  }
}
