package io.jenkins.plugins.dockerfilebuild.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which servers are asked without a proxy: those of {@code NO_PROXY}, as Go reads it
 * (golang.org/x/net/http/httpproxy), and always this machine itself.
 */
final class DirectHosts {

  private static final Pattern WITH_PORT = Pattern.compile("(?:\\[([^\\]]*)\\]|([^:]*)):(\\d*)");

  private interface Rule {

    /**
     * @param address that the host is; empty for a name
     */
    boolean means(String host, Optional<InetAddress> address, int port);
  }

  private final List<Rule> rules = new ArrayList<>();

  /**
   * @param list separated by commas; what is none of these means nobody: {@code *}, {@code
   *     10.0.0.0/8}, {@code 10.0.0.1}, {@code example.org} with all below it, {@code .example.org}
   *     or {@code *.example.org} with what is below it alone; each but the first two may have a
   *     port
   */
  DirectHosts(String list) {
    for (String entry : list.split(",", -1)) {
      String text = entry.strip().toLowerCase(Locale.ROOT);
      if (!text.isEmpty()) {
        rules.add(rule(text));
      }
    }
  }

  private static Rule rule(String text) {
    if (text.equals("*")) {
      return (host, address, port) -> true;
    }
    Optional<AddressBlock> block = AddressBlock.parse(text);
    if (block.isPresent()) {
      return (host, address, port) -> address.filter(block.get()::contains).isPresent();
    }
    Matcher split = WITH_PORT.matcher(text);
    if (!split.matches()) {
      return ofHost(text, "");
    }
    return ofHost(split.group(1) == null ? split.group(2) : split.group(1), split.group(3));
  }

  private static Rule ofHost(String own, String ownPort) {
    Optional<InetAddress> ownAddress = AddressBlock.address(own);
    if (ownAddress.isPresent()) {
      return (host, address, port) -> address.equals(ownAddress) && isPort(ownPort, port);
    }
    if (own.isEmpty()) {
      return (host, address, port) -> false;
    }
    String domain = own.startsWith("*.") ? own.substring(1) : own;
    boolean itself = !domain.startsWith(".");
    String suffix = itself ? "." + domain : domain;
    return (host, address, port) ->
        address.isEmpty()
            && (host.endsWith(suffix) || (itself && host.equals(domain)))
            && isPort(ownPort, port);
  }

  private static boolean isPort(String own, int port) {
    return own.isEmpty() || own.equals(Integer.toString(port));
  }

  /**
   * @param host a name or an address, without brackets
   */
  boolean contain(String host, int port) {
    String name = host.strip().toLowerCase(Locale.ROOT);
    Optional<InetAddress> address = AddressBlock.address(name);
    return name.equals("localhost")
        || address.filter(InetAddress::isLoopbackAddress).isPresent()
        || rules.stream().anyMatch(rule -> rule.means(name, address, port));
  }
}
