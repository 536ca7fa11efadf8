package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Answers what it was told to, so that it can take its time or refuse at the very moment that a
 * test is about. What it was told nothing of it grants: 204.
 */
public final class FakeEngine implements AutoCloseable {

  private record Answer(int status, String body, CountDownLatch when) {}

  private static final int BREAK = 0;

  private static final Answer GRANTED = new Answer(204, "", new CountDownLatch(0));

  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final Engine engine;

  public FakeEngine() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    engine = Engine.at("tcp://127.0.0.1:" + server.getAddress().getPort());
  }

  public Engine engine() {
    return engine;
  }

  /** From now on; {@code request} is method and path, as in {@code GET /info}. */
  public FakeEngine answers(String request, int status, String body) {
    answers.put(request, new Answer(status, body, new CountDownLatch(0)));
    return this;
  }

  /** From now on it breaks off instead, as an engine that goes. */
  public FakeEngine breaksOff(String request) {
    return answers(request, BREAK, "");
  }

  /** Likewise, but not before the latch is open. */
  public FakeEngine answers(String request, int status, String body, CountDownLatch when) {
    answers.put(request, new Answer(status, body, when));
    return this;
  }

  /** Waits until it was asked this; what it was asked before is forgotten. */
  public void awaitRequest(String request) throws InterruptedException {
    while (!asked.take().equals(request)) {
      // Another one.
    }
  }

  /** How often it was asked this, of what is not forgotten. */
  public long count(String request) {
    return asked.stream().filter(request::equals).count();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().replaceFirst("^/v[0-9.]+", "");
    String request = exchange.getRequestMethod() + " " + path;
    exchange.getRequestBody().readAllBytes();
    asked.add(request);
    Answer answer = answers.getOrDefault(request, GRANTED);
    try {
      answer.when.await();
    } catch (InterruptedException e) {
      return; // closed
    }
    if (answer.status == BREAK) {
      exchange.close();
      return;
    }
    byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    engine.close();
    server.stop(0);
    threads.shutdownNow();
  }
}
