package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.jenkins.plugins.dockerfilebuild.http.TestAuthority;
import io.jenkins.plugins.dockerfilebuild.http.TestProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A company's registry behind its proxy, with TLS by its own authority. */
@Timeout(60)
class RegistryConnectionsTest {

  private static final String HOST = "registry.example:5000";

  @TempDir private static Path company;
  private static TestAuthority authority;
  @TempDir private Path directory;
  private HttpsServer registry;
  private TestProxy proxy;
  private Path folder;
  private Engine engine;
  private RegistryConnections connections;

  /** Whether the registry wants to know who comes. */
  private volatile boolean asking;

  @BeforeAll
  static void found() throws IOException {
    authority = new TestAuthority(company.resolve("ca"));
    authority.vouch("registry", "dns:registry.example");
  }

  @BeforeEach
  void start() throws Exception {
    registry = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    registry.createContext(
        "/v2/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
          }
        });
    registry.setHttpsConfigurator(configurator());
    registry.start();
    proxy = new TestProxy(Map.of(HOST, registry.getAddress().getPort()), Optional.empty());
    folder = Files.createDirectories(directory.resolve("certs.d").resolve(HOST));
    engine = Engine.at("tcp://127.0.0.1:1");
    connections =
        new RegistryConnections(
            engine,
            Map.of("HTTPS_PROXY", "http://" + proxy.address()),
            List.of(directory.resolve("none"), directory.resolve("certs.d")));
  }

  private HttpsConfigurator configurator() throws Exception {
    return new HttpsConfigurator(authority.server("registry")) {
      @Override
      public void configure(HttpsParameters parameters) {
        var tls = getSSLContext().getDefaultSSLParameters();
        tls.setNeedClientAuth(asking);
        parameters.setSSLParameters(tls);
      }
    };
  }

  @AfterEach
  void stop() {
    engine.close();
    proxy.close();
    registry.stop(0);
  }

  private String ask() throws IOException {
    return connections.to(HOST, Optional.empty()).get("/v2/", Map.of()).body().asUtf8();
  }

  @Test
  void aRegistryIsTrustedForTheAuthorityInItsFolderAndReachedThroughTheProxy() throws Exception {
    Files.copy(authority.certificate(), folder.resolve("company.crt"));

    assertThat(ask()).isEqualTo("ok");
    assertThat(proxy.asked()).containsExactly("CONNECT " + HOST + " HTTP/1.1");
  }

  @Test
  void withoutItsAuthorityTheFailureSaysWhereThatIsToBePut() {
    assertThatThrownBy(this::ask)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the certificate of registry.example is not trusted here")
        .hasMessageContaining(directory.resolve("none").resolve(HOST) + "/ca.crt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void aRegistryThatAsksWhoComesGetsTheCertificateInItsFolder(String algorithm) throws Exception {
    asking = true;
    Files.copy(authority.certificate(), folder.resolve("company.crt"));
    assertThatThrownBy(this::ask).isInstanceOf(IOException.class);

    authority.vouch("agent" + algorithm, "dns:agent.example", algorithm);
    Files.copy(authority.certificateOf("agent" + algorithm), folder.resolve("client.cert"));
    Files.copy(authority.keyOf("agent" + algorithm), folder.resolve("client.key"));
    assertThat(ask()).isEqualTo("ok");
  }

  @Test
  void aKeyThatIsMissingIsTold() throws Exception {
    Files.copy(authority.certificate(), folder.resolve("client.cert"));

    assertThatThrownBy(this::ask)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("client.key cannot be used");
  }

  @Test
  void aRegistryThatMayBeAnybodyIsSpokenToWithTlsIfItHasIt() throws Exception {
    RegistryHttp anybody = connections.toAnybody(HOST, Optional.empty());

    assertThat(anybody.get("/v2/", Map.of()).body().asUtf8()).isEqualTo("ok");
  }
}
