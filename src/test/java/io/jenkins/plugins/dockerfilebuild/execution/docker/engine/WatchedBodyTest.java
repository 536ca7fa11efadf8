package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.transport.DockerHttpClient;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An engine that sends half of an archive, and then nothing for a long time. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WatchedBodyTest {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch rest = new CountDownLatch(1);
  private final AtomicInteger pings = new AtomicInteger();
  private HttpServer server;
  private Engine engine;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/archive", this::halfAndLaterTheRest);
    server.start();
    engine = Engine.at("tcp://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    engine.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private void halfAndLaterTheRest(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 2);
    exchange.getResponseBody().write(1);
    exchange.getResponseBody().flush();
    try {
      rest.await();
    } catch (InterruptedException e) {
      return; // the test is over
    }
    exchange.getResponseBody().write(2);
    exchange.close();
  }

  private InputStream archive() {
    var request =
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.GET)
            .path("/archive")
            .build();
    return engine.askHttp(
        http -> new WatchedBody(engine, http.execute(request), Duration.ofMillis(10)));
  }

  @Test
  void anEngineThatIsGoneBeforeItHasSentAllIsLost() throws Exception {
    server.createContext("/_ping", HttpExchange::close);

    try (InputStream archive = archive()) {
      assertThat(archive.read()).isEqualTo(1);
      assertThatThrownBy(archive::read).isInstanceOf(AgentLostException.class);
    }
  }

  @Test
  void anEngineThatAnswersPingsMayTakeItsTime() throws Exception {
    server.createContext(
        "/_ping",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
          if (pings.incrementAndGet() == 3) {
            rest.countDown();
          }
        });

    try (InputStream archive = archive()) {
      assertThat(archive).hasBinaryContent(new byte[] {1, 2});
    }
  }
}
