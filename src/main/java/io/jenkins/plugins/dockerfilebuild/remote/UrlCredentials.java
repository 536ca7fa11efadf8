package io.jenkins.plugins.dockerfilebuild.remote;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** User and password that stand in a URL, {@code https://user:password@host/file}. */
final class UrlCredentials {

  private static final Pattern IN_URL = Pattern.compile("^(https?://)[^/?#]*@");

  private UrlCredentials() {}

  /** The URL without them; any other text as it is. */
  static String removed(String text) {
    return IN_URL.matcher(text).replaceFirst("$1");
  }

  /**
   * What a server is told of them by the header {@code Authorization}, unasked, as Go's client does
   * it: many servers say of a file that it is not there where they could ask who wants it.
   *
   * @param asked the URL as it was written
   * @param now where the server has led to; another one learns nothing
   */
  static Optional<String> authorization(URI asked, URI now) {
    String user = asked.getUserInfo();
    if (user == null || !isSameServer(asked, now)) {
      return Optional.empty();
    }
    String both = user.contains(":") ? user : user + ":";
    return Optional.of(
        "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
  }

  private static boolean isSameServer(URI one, URI other) {
    return Objects.equals(one.getScheme(), other.getScheme())
        && Objects.equals(one.getHost(), other.getHost())
        && one.getPort() == other.getPort();
  }
}
