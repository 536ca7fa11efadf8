package io.jenkins.plugins.dockerfilebuild.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.http.TestProxy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ADD of URLs against a real server on this machine. */
class HttpFileTest {

  private static final String TIME = "Sun, 02 Feb 2020 02:02:02 GMT";

  @TempDir private Path state;
  private Map<String, String> environment = Map.of();
  private HttpServer server;
  private volatile String content = "one";
  private volatile String tag = "";
  private volatile String modified = "";
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Integer> answers = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/file", this::answer);
    server.createContext("/moved", exchange -> redirect(exchange, "/file"));
    server.createContext("/loop", exchange -> redirect(exchange, "/loop"));
    server.createContext("/hangs", exchange -> exchange.sendResponseHeaders(200, 10));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean same =
          tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))
              || modified.equals(exchange.getRequestHeaders().getFirst("If-Modified-Since"));
      set(exchange, "ETag", tag);
      set(exchange, "Last-Modified", modified);
      byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
      answers.add(same ? 304 : 200);
      authorizations.add(
          Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
              .orElse("none"));
      exchange.sendResponseHeaders(same ? 304 : 200, same ? -1 : bytes.length);
      if (!same) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(bytes);
        }
      }
    }
  }

  private static void set(HttpExchange exchange, String name, String value) {
    if (!value.isEmpty()) {
      exchange.getResponseHeaders().set(name, value);
    }
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Location", to);
      exchange.sendResponseHeaders(302, -1);
    }
  }

  private RemoteSource.Download source(String path, String... checksum) {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + path;
    return new RemoteSource.Download(url, "file", Stream.of(checksum).findFirst().map(Digest::of));
  }

  private static final FetchLimits SMALL =
      new FetchLimits(1000, Duration.ofSeconds(60), Duration.ofSeconds(60));

  private static final FetchLimits HASTY =
      new FetchLimits(1000, Duration.ofSeconds(60), Duration.ofSeconds(1));

  private RemoteContent fetch(RemoteSource source) throws Exception {
    return fetch(source, SMALL);
  }

  private RemoteContent fetch(RemoteSource source, FetchLimits limits) throws Exception {
    try (NetworkSources sources = new NetworkSources(state, environment, limits)) {
      RemoteContent fetched = sources.fetch(source);
      try (InputStream file = sources.open(entry(fetched).content()).orElseThrow()) {
        assertThat(Digest.of(file.readAllBytes())).isEqualTo(entry(fetched).content());
      }
      return fetched;
    }
  }

  private static TreeEntry entry(RemoteContent fetched) {
    assertThat(fetched.tree().entries()).hasSize(1);
    return fetched.tree().entries().get(0);
  }

  @Test
  void aFileHasItsContentModeAndTime() throws Exception {
    modified = TIME;
    RemoteContent fetched = fetch(source("/file?x=1"));
    assertThat(entry(fetched).content()).isEqualTo(Digest.of("one"));
    assertThat(entry(fetched).mode()).isEqualTo(0600);
    assertThat(Files.getLastModifiedTime(find("one")).toInstant())
        .isEqualTo(Instant.parse("2020-02-02T02:02:02Z"));
    assertThat(fetched.identity()).isEqualTo(fetched.tree().digest());
  }

  @Test
  void withoutATimeOfTheServersItIsOf1970() throws Exception {
    fetch(source("/file"));
    assertThat(Files.getLastModifiedTime(find("one")).toInstant()).isEqualTo(Instant.EPOCH);
  }

  private Path find(String text) throws IOException {
    try (Stream<Path> all = Files.walk(state)) {
      return all.filter(p -> p.getFileName().toString().equals(Digest.of(text).hex()))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void whatHasNotChangedIsNotSentAgain() throws Exception {
    tag = "\"1\"";
    RemoteContent first = fetch(source("/file"));
    assertThat(fetch(source("/file"))).isEqualTo(first);
    content = "two";
    tag = "\"2\"";
    assertThat(fetch(source("/file"))).isNotEqualTo(first);
    assertThat(answers).containsExactly(200, 304, 200);
  }

  @Test
  void aFileOfTheRightChecksumIsNotAskedForAgain() throws Exception {
    fetch(source("/file", "one"));
    fetch(source("/file", "one"));
    assertThat(answers).hasSize(1);
  }

  @Test
  void anotherChecksumIsRefusedAndNothingIsTakenForIt() {
    for (int round = 0; round < 2; round++) {
      assertThatThrownBy(() -> fetch(source("/file", "other")))
          .isInstanceOf(ContextException.class)
          .hasMessageContaining("digest mismatch: --checksum says " + Digest.of("other"))
          .hasMessageContaining("sent " + Digest.of("one"));
    }
  }

  @Test
  void aKeptFileThatWasDamagedIsFetchedAgain() throws Exception {
    tag = "\"1\"";
    fetch(source("/file"));
    Files.writeString(find("one"), "damaged");
    assertThatThrownBy(() -> fetch(source("/file"))).hasMessageContaining("damaged");
    assertThat(entry(fetch(source("/file"))).content()).isEqualTo(Digest.of("one"));
  }

  @Test
  void redirectsAreFollowedAndEnd() throws Exception {
    assertThat(entry(fetch(source("/moved"))).content()).isEqualTo(Digest.of("one"));
    assertThatThrownBy(() -> fetch(source("/loop"))).isInstanceOf(ContextException.class);
  }

  @Test
  void credentialsOfTheUrlReachItsServerAndNoOther() throws Exception {
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext("/", this::answer);
    other.start();
    try {
      String elsewhere = "http://127.0.0.1:" + other.getAddress().getPort() + "/";
      server.createContext("/away", exchange -> redirect(exchange, elsewhere));
      for (String path : List.of("/file", "/moved", "/away")) {
        String url = source(path).url().replace("http://", "http://me:a%40b@");
        fetch(new RemoteSource.Download(url, "file", Optional.empty()));
      }
      String basic = "Basic " + Base64.getEncoder().encodeToString("me:a@b".getBytes(US_ASCII));
      assertThat(authorizations).containsExactly(basic, basic, "none");
    } finally {
      other.stop(0);
    }
  }

  @Test
  void credentialsAreNotToldWithTheFailure() {
    String url = source("/none").url().replace("http://", "http://me:hush@");
    assertThatThrownBy(() -> fetch(new RemoteSource.Download(url, "file", Optional.empty())))
        .hasMessageContaining("ADD of http://127.0.0.1")
        .hasMessageNotContaining("hush");
  }

  @Test
  void whatIsMissingTooLargeTooSlowOrNotThereIsTold() {
    assertThatThrownBy(() -> fetch(source("/none")))
        .hasMessageContaining("answered with status 404");
    assertThatThrownBy(() -> fetch(source("/hangs"), HASTY)).isInstanceOf(ContextException.class);
    content = "x".repeat(1001);
    assertThatThrownBy(() -> fetch(source("/file"))).hasMessageContaining("larger than 1000 bytes");
    RemoteSource nobody = new RemoteSource.Download("http://127.0.0.1:1/x", "x", Optional.empty());
    assertThatThrownBy(() -> fetch(nobody)).hasMessageContaining("no server answers there");
  }

  /** Whoever read it saw that it was closed, and sometimes before it was known why. */
  @Test
  void aServerThatIsLateIsAlwaysToldAsLate() {
    server.createContext("/late", this::oneByte);
    FetchLimits hasty = new FetchLimits(1000, Duration.ofSeconds(60), Duration.ofMillis(20));
    for (int round = 0; round < 50; round++) {
      try (NetworkSources sources = new NetworkSources(state, environment, hasty)) {
        assertThatThrownBy(() -> sources.fetch(source("/late")))
            .hasMessageContaining("the server took longer than");
      }
    }
  }

  private void oneByte(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 10);
    exchange.getResponseBody().write(1);
    exchange.getResponseBody().flush();
  }

  @Test
  void aFileComesThroughTheProxyOfTheEnvironment() throws Exception {
    try (TestProxy proxy =
        new TestProxy(
            Map.of("files.example:80", server.getAddress().getPort()), Optional.of("me:pw"))) {
      environment = Map.of("HTTP_PROXY", "http://me:pw@" + proxy.address());
      RemoteSource file =
          new RemoteSource.Download("http://files.example/file", "file", Optional.empty());

      assertThat(entry(fetch(file)).content()).isEqualTo(Digest.of("one"));
      assertThat(proxy.asked()).containsExactly("GET http://files.example/file HTTP/1.1");
    }
  }
}
