package io.jenkins.plugins.dockerfilebuild.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests to {@code files.example}, of which a real proxy alone knows where it is. */
@Timeout(60)
class HttpCallsTest {

  private static final CallLimits LIMITS =
      new CallLimits(Duration.ofSeconds(20), Duration.ofSeconds(20));

  @TempDir private static Path directory;
  private static TestAuthority authority;
  private HttpServer plain;
  private HttpsServer secure;
  private final List<String> heard = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void found() throws IOException {
    authority = new TestAuthority(directory.resolve("ca"));
    authority.vouch("files", "dns:files.example");
  }

  @BeforeEach
  void start() throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    plain = HttpServer.create(any, 0);
    plain.createContext("/", this::answer);
    plain.start();
    secure = HttpsServer.create(any, 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(authority.server("files")));
    secure.createContext("/", this::answer);
    secure.start();
  }

  @AfterEach
  void stop() {
    plain.stop(0);
    secure.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      heard.add(String.valueOf(exchange.getRequestHeaders().getFirst("Proxy-Authorization")));
      byte[] body = ("it: " + exchange.getRequestURI()).getBytes(UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private TestProxy proxy(String... login) throws IOException {
    return new TestProxy(
        Map.of(
            "files.example:80", plain.getAddress().getPort(),
            "files.example:443", secure.getAddress().getPort()),
        List.of(login).stream().findFirst());
  }

  private String get(String url, Map<String, String> environment) throws IOException {
    Trust trust = Trust.ofMachine(environment);
    return HttpCalls.trusting(trust, Proxies.of(environment), LIMITS)
        .call(
            HttpCalls.Request.get(URI.create(url), Map.of()),
            answer -> new String(answer.body().readAllBytes(), UTF_8));
  }

  private Map<String, String> environment(String proxy) {
    return Map.of(
        "http_proxy", proxy,
        "HTTPS_PROXY", proxy,
        "SSL_CERT_FILE", authority.certificate().toString());
  }

  @Test
  void aServerIsAskedThroughTheProxyOfItsScheme() throws Exception {
    try (TestProxy proxy = proxy()) {
      Map<String, String> environment = environment("http://" + proxy.address());

      assertThat(get("http://files.example/a//b?c=%20", environment)).isEqualTo("it: /a//b?c=%20");
      assertThat(get("https://files.example/s", environment)).isEqualTo("it: /s");
      assertThat(proxy.asked())
          .containsExactly(
              "GET http://files.example/a//b?c=%20 HTTP/1.1", "CONNECT files.example:443 HTTP/1.1");
    }
  }

  @Test
  void theProxyGetsItsLoginAlsoForATunnelAndNobodyElseDoes() throws Exception {
    try (TestProxy proxy = proxy("me:p@w")) {
      Map<String, String> environment = environment("http://me:p%40w@" + proxy.address());

      assertThat(get("https://files.example/s", environment)).isEqualTo("it: /s");
      assertThat(get("http://files.example/p", environment)).isEqualTo("it: /p");
      assertThat(heard).containsExactly("null", "null");
    }
  }

  @Test
  void aProxyThatRefusesIsToldAndItsAnswerIsNotTakenForTheServers() throws Exception {
    try (TestProxy proxy = proxy("me:right")) {
      String refused = "the proxy " + proxy.address() + " refuses: ";
      Map<String, String> wrong = environment("http://me:wrong@" + proxy.address());
      for (String scheme : List.of("http", "https")) {
        assertThatThrownBy(() -> get(scheme + "://files.example/", wrong))
            .isInstanceOf(IOException.class)
            .hasMessage(refused + "407 Proxy Authentication Required");
      }
      Map<String, String> right = environment("http://me:right@" + proxy.address());
      assertThatThrownBy(() -> get("https://other.example/", right))
          .hasMessage(refused + "403 Not Here");
    }
  }

  @Test
  void thisMachineAndWhatNoProxyNamesIsAskedWithoutOne() throws Exception {
    String url = "http://127.0.0.1:" + plain.getAddress().getPort() + "/";
    assertThat(get(url, Map.of("HTTP_PROXY", "http://127.0.0.1:1"))).isEqualTo("it: /");
    assertThatThrownBy(
            () ->
                get(
                    "http://files.example/",
                    Map.of("HTTP_PROXY", "http://127.0.0.1:1", "NO_PROXY", ".example")))
        .hasMessage("nobody here knows a host files.example");
  }

  @Test
  void aProxyThatIsNotThereIsTold() {
    assertThatThrownBy(() -> get("https://files.example/", environment("http://127.0.0.1:1")))
        .isInstanceOf(IOException.class)
        .hasMessage("the proxy 127.0.0.1:1 does not answer");
  }

  @Test
  void aServerOfAPrivateAuthorityIsRefusedWithWhatToDoUnlessTheMachineKnowsIt() throws Exception {
    try (TestProxy proxy = proxy()) {
      Map<String, String> others = Map.of("https_proxy", proxy.address());

      assertThatThrownBy(() -> get("https://files.example/", others))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("the certificate of files.example is not trusted here")
          .hasMessageContaining("SSL_CERT_FILE");
    }
  }

  @Test
  void aCertificateForAnotherNameIsRefusedThoughItsAuthorityIsKnown() throws Exception {
    int port = secure.getAddress().getPort();
    try (TestProxy proxy = new TestProxy(Map.of("other.example:443", port), Optional.empty())) {
      assertThatThrownBy(
              () -> get("https://other.example/", environment("http://" + proxy.address())))
          .hasMessageStartingWith("no TLS with other.example: Certificate for <other.example>");
    }
  }

  @Test
  void aBundleThatIsNoneIsTold() {
    String file = directory.resolve("none.pem").toString();
    assertThatThrownBy(() -> get("https://127.0.0.1:1/", Map.of("SSL_CERT_FILE", file)))
        .hasMessage("the certificates in " + file + " cannot be read");
  }
}
