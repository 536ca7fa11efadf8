package io.jenkins.plugins.dockerfilebuild.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * A proxy for requests over HTTP. Prints no login.
 *
 * @param scheme {@code http} or {@code https}: how the proxy itself is spoken to
 * @param login {@code user:password}; empty for none
 */
record Proxy(String scheme, String host, int port, Optional<String> login) {

  /**
   * Reads {@code [http[s]://][user:password@]host[:port]}.
   *
   * @throws IllegalArgumentException it is no proxy that can be used; does not repeat it, for a
   *     password may stand in it
   */
  static Proxy parse(String text) {
    try {
      // As in Go: what is no URL is host and port.
      URI uri = new URI(text.contains("://") ? text : "http://" + text);
      boolean plain = uri.getScheme().equalsIgnoreCase("http");
      if (!plain && !uri.getScheme().equalsIgnoreCase("https")) {
        throw new IllegalArgumentException(
            "a proxy is spoken to with http:// or https://, not " + uri.getScheme() + "://");
      }
      if (uri.getHost() == null) {
        throw new IllegalArgumentException("it is not of the form http://HOST:PORT");
      }
      int port = uri.getPort() >= 0 ? uri.getPort() : plain ? 80 : 443;
      String host = withoutBrackets(uri.getHost());
      return new Proxy(
          plain ? "http" : "https", host, port, Optional.ofNullable(uri.getUserInfo()));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("it is not of the form http://HOST:PORT", e);
    }
  }

  static String withoutBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
