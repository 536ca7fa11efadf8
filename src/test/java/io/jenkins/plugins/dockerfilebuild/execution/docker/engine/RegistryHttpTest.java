package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.http.CallLimits;
import io.jenkins.plugins.dockerfilebuild.http.HttpCalls;
import io.jenkins.plugins.dockerfilebuild.http.Proxies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Registries that do not mean well, or do not work. */
@Timeout(60)
class RegistryHttpTest {

  private static final RegistryLogin LOGIN = new RegistryLogin("r.example", "me", "pw");

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<HttpServer> servers = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void stop() {
    end.countDown();
    servers.forEach(server -> server.stop(0));
    threads.shutdownNow();
  }

  /** Answers {@code host:port}. */
  private String serve(HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", handler);
    server.setExecutor(threads);
    server.start();
    servers.add(server);
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** A registry that sends whoever asks to a realm, and knows the token {@code good}. */
  private String sendingTo(String realm) throws IOException {
    return serve(
        exchange -> {
          String sent = exchange.getRequestHeaders().getFirst("Authorization");
          String own = "http://" + exchange.getRequestHeaders().getFirst("Host");
          exchange
              .getResponseHeaders()
              .add("WWW-Authenticate", "Bearer realm=\"%s\"".formatted(realm.formatted(own)));
          if (exchange.getRequestURI().getPath().equals("/token")) {
            answer(exchange, 200, "{\"token\": \"good\"}");
          } else {
            answer(exchange, "Bearer good".equals(sent) ? 200 : 401, "it");
          }
        });
  }

  private static RegistryHttp plain(String host) {
    return within(Duration.ofSeconds(60), host);
  }

  private static RegistryHttp hasty(String host) {
    return within(Duration.ofSeconds(3), host);
  }

  private static RegistryHttp within(Duration body, String host) {
    CallLimits limits = new CallLimits(Duration.ofSeconds(60), body);
    HttpCalls calls = HttpCalls.toAnybody(Proxies.of(Map.of()), limits);
    return new RegistryHttp(calls, "http://" + host, Optional.of(LOGIN));
  }

  @Test
  void aRegistryWithoutTlsMayBeItsOwnRealm() throws IOException {
    RegistryHttp registry = plain(sendingTo("%s/token"));

    assertThat(registry.get("/v2/", Map.of()).body().asUtf8()).isEqualTo("it");
  }

  @Test
  void aLoginIsNotSentToAHostThatOnlyBeginsLikeTheRegistry() throws IOException {
    List<String> heard = new ArrayList<>();
    String thief =
        serve(
            exchange -> {
              heard.add(exchange.getRequestHeaders().getFirst("Authorization"));
              answer(exchange, 200, "{\"token\": \"good\"}");
            });
    RegistryHttp registry = plain(sendingTo("%s@" + thief + "/token"));

    assertThatThrownBy(() -> registry.get("/v2/", Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the registry sends whoever logs in to");
    assertThat(heard).isEmpty();
  }

  @Test
  void aRealmThatIsNoAddressIsToldAsTheRegistrysMistake() throws IOException {
    RegistryHttp registry = plain(sendingTo("https://no host/token"));

    assertThatThrownBy(() -> registry.get("/v2/", Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the registry sends whoever logs in to");
  }

  @Test
  void anAnswerThatDoesNotEndIsGivenUp() throws IOException {
    RegistryHttp registry =
        hasty(
            serve(
                exchange -> {
                  exchange.sendResponseHeaders(200, 100);
                  exchange.getResponseBody().write('{');
                  exchange.getResponseBody().flush();
                  awaitEnd();
                }));

    assertThatThrownBy(() -> registry.get("/v2/", Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessage("the server took longer than 3 s for its answer");
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anAnswerIsReadNoFurtherThanItsBound() throws IOException {
    RegistryHttp registry =
        plain(
            serve(
                exchange -> {
                  exchange.sendResponseHeaders(200, 0);
                  byte[] part = new byte[1 << 16];
                  for (int i = 0; i < 128; i++) {
                    exchange.getResponseBody().write(part);
                  }
                  exchange.close();
                }));

    assertThatThrownBy(() -> registry.get("/v2/", Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessage("the registry answers with more than 4194304 bytes");
  }
}
