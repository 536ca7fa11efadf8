package io.jenkins.plugins.dockerfilebuild.http;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies that an environment names ({@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code
 * NO_PROXY}, or the same in lower case), by the rules of Go's golang.org/x/net/http/httpproxy,
 * which dockerd and BuildKit follow. Immutable.
 */
public final class Proxies {

  private static final List<String> VARIABLES = List.of("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY");

  /** What Go's rules always except; other programs must be told. */
  private static final String THIS_MACHINE = "localhost,127.0.0.1,127.0.0.0/8,::1";

  private final Map<String, String> values;
  private final DirectHosts direct;

  private Proxies(Map<String, String> values) {
    this.values = values;
    this.direct = new DirectHosts(values.getOrDefault("NO_PROXY", ""));
  }

  /** Those of an environment; one that names none is well, too. */
  public static Proxies of(Map<String, String> environment) {
    Map<String, String> values = new HashMap<>();
    for (String name : VARIABLES) {
      value(environment, name).ifPresent(value -> values.put(name, value));
    }
    return new Proxies(values);
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .filter(value -> !value.isEmpty())
        .or(() -> Optional.ofNullable(environment.get(name.toLowerCase(Locale.ROOT))))
        .filter(value -> !value.isEmpty());
  }

  /**
   * An environment that has the proxies of another where it names no proxy itself.
   *
   * @param others variables as above
   */
  public static Map<String, String> completed(
      Map<String, String> environment, Map<String, String> others) {
    Proxies own = of(environment);
    if (own.values.containsKey("HTTP_PROXY") || own.values.containsKey("HTTPS_PROXY")) {
      return environment;
    }
    Map<String, String> completed = new HashMap<>(environment);
    completed.putAll(of(others).values);
    return Map.copyOf(completed);
  }

  /**
   * The same for programs that follow curl, such as git: these read {@code http_proxy} in lower
   * case alone, and would ask a proxy for this machine itself.
   *
   * @return variables to be set; none where there is no proxy
   */
  public Map<String, String> forPrograms() {
    Map<String, String> variables = new HashMap<>();
    values.forEach((name, value) -> variables.put(name.toLowerCase(Locale.ROOT), value));
    if (variables.containsKey("http_proxy") || variables.containsKey("https_proxy")) {
      String given = variables.getOrDefault("no_proxy", "");
      boolean all = given.strip().equals("*");
      variables.put("no_proxy", all ? "*" : given + (given.isEmpty() ? "" : ",") + THIS_MACHINE);
    }
    return variables;
  }

  /**
   * The proxy for a server; empty: it is asked itself.
   *
   * @param scheme {@code http} or {@code https}
   * @throws IOException the variable that counts names none that can be used
   */
  Optional<Proxy> to(String scheme, String host, int port) throws IOException {
    String variable = scheme.toUpperCase(Locale.ROOT) + "_PROXY";
    Optional<String> value = Optional.ofNullable(values.get(variable));
    if (value.isEmpty() || direct.contain(Proxy.withoutBrackets(host), port)) {
      return Optional.empty();
    }
    try {
      return value.map(Proxy::parse);
    } catch (IllegalArgumentException e) {
      throw new IOException("the value of " + variable + " cannot be used: " + e.getMessage(), e);
    }
  }
}
