package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import hudson.ProxyConfiguration;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The proxy that Jenkins itself uses, as variables that programs read: as with Jenkins' git client,
 * agents use it for what they fetch where their own environment names none.
 */
final class ControllerProxies {

  private ControllerProxies() {}

  /** {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY}. */
  static Map<String, String> of(ProxyConfiguration proxy) {
    Map<String, String> variables = new HashMap<>();
    String url = "http://" + login(proxy) + proxy.getName() + ":" + proxy.getPort();
    variables.put("HTTP_PROXY", url);
    variables.put("HTTPS_PROXY", url);
    variables.put("NO_PROXY", noProxy(proxy.getNoProxyHost()));
    return variables;
  }

  private static String login(ProxyConfiguration proxy) {
    String user = proxy.getUserName();
    if (user == null || user.isEmpty()) {
      return "";
    }
    String password =
        proxy.getSecretPassword() == null ? "" : proxy.getSecretPassword().getPlainText();
    return encoded(user) + ":" + encoded(password) + "@";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Jenkins takes hosts by line, and several separators. */
  static String noProxy(String hosts) {
    return hosts == null ? "" : String.join(",", hosts.strip().split("[ \\t\\r\\n,|]+"));
  }
}
