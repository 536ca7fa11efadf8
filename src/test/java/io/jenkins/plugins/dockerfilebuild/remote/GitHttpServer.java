package io.jenkins.plugins.dockerfilebuild.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Repositories over git's smart HTTP on this machine: git's own server side, {@code git
 * http-backend}, behind the JDK's HTTP server, spoken to by CGI.
 */
final class GitHttpServer implements AutoCloseable {

  private final Path root;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private GitHttpServer(Path root, HttpServer server) {
    this.root = root;
    this.server = server;
  }

  /** Serves the repositories below {@code root}. */
  static GitHttpServer serve(Path root) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    GitHttpServer git = new GitHttpServer(root, server);
    server.setExecutor(git.threads);
    server.createContext("/", git::answer);
    server.start();
    return git;
  }

  /** The URL of the repository in this folder of the root. */
  String url(String folder) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + folder;
  }

  private void answer(HttpExchange exchange) throws IOException {
    ProcessBuilder backend = new ProcessBuilder("git", "http-backend");
    Map<String, String> variables = backend.environment();
    variables.put("GIT_PROJECT_ROOT", root.toString());
    variables.put("GIT_HTTP_EXPORT_ALL", "1");
    variables.put("PATH_INFO", exchange.getRequestURI().getPath());
    variables.put("REQUEST_METHOD", exchange.getRequestMethod());
    variables.put(
        "QUERY_STRING", Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse(""));
    header(exchange, "Content-Type").ifPresent(v -> variables.put("CONTENT_TYPE", v));
    header(exchange, "Git-Protocol").ifPresent(v -> variables.put("GIT_PROTOCOL", v));
    header(exchange, "Content-Encoding").ifPresent(v -> variables.put("HTTP_CONTENT_ENCODING", v));
    byte[] body = exchange.getRequestBody().readAllBytes();
    variables.put("CONTENT_LENGTH", String.valueOf(body.length));
    Process process = backend.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(body);
    }
    try (InputStream out = new BufferedInputStream(process.getInputStream())) {
      int status = 200;
      for (String line = line(out); !line.isEmpty(); line = line(out)) {
        String[] field = line.split(": ", 2);
        if (field[0].equals("Status")) {
          status = Integer.parseInt(field[1].substring(0, 3));
        } else {
          exchange.getResponseHeaders().add(field[0], field[1]);
        }
      }
      exchange.sendResponseHeaders(status, 0);
      out.transferTo(exchange.getResponseBody());
    } finally {
      exchange.close();
    }
  }

  private static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.append((char) b);
    }
    return new String(
        line.toString().strip().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
