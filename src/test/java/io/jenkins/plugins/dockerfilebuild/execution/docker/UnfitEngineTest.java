package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What answers where an engine should be, and is none of which an agent can be made. */
@Timeout(60)
class UnfitEngineTest {

  @TempDir private Path state;
  private HttpServer server;

  private String answering(int status, String text) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = text.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return "tcp://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void whatAnEngineWithTlsSaysToWhoHasNoneIsTold() throws IOException {
    String host = answering(400, "Client sent an HTTP request to an HTTPS server.\n");

    assertThatThrownBy(() -> DockerAgent.connect(host, state))
        .isInstanceOf(AgentLostException.class)
        .hasMessageContaining("it answers 400: Client sent an HTTP request to an HTTPS server.");
  }
}
