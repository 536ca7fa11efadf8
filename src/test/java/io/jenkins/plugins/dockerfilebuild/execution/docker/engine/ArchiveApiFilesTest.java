package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is asked of an engine, which a real one does not tell. */
@Timeout(60)
class ArchiveApiFilesTest {

  private final List<String> encodings = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;
  private Engine engine;
  private ArchiveApiFiles files;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/containers/c1/archive", this::answer);
    server.start();
    engine = Engine.at("tcp://127.0.0.1:" + server.getAddress().getPort());
    files = new ArchiveApiFiles(engine, "c1");
  }

  @AfterEach
  void stop() {
    engine.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    encodings.addAll(exchange.getRequestHeaders().getOrDefault("Accept-Encoding", List.of()));
    String query = exchange.getRequestURI().getQuery();
    boolean there = query.equals("path=/there");
    int status = there ? 200 : query.equals("path=/missing") ? 404 : 500;
    String text = there ? "an archive" : "{\"message\":\"no " + query + "\"}";
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void anArchiveIsReadAsItIsForToPackItTakesTheEngineTenTimesAsLong() throws IOException {
    try (InputStream archive = files.read("/there")) {
      assertThat(archive).hasContent("an archive");
    }
    assertThat(encodings).containsExactly("identity");
  }

  @Test
  void whatIsMissingAndWhatGoesWrongAreToldApart() {
    assertThatThrownBy(() -> files.read("/missing"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage("/missing");
    assertThatThrownBy(() -> files.read("/broken"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot read /broken")
        .hasMessageContaining("no path=/broken");
  }
}
