package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The connection to one Docker engine. No call waits for ever: while it is unanswered the engine is
 * pinged, and given up when it does not answer that; a short call has {@link #SHORT} besides, a
 * long one (a pull, a commit, the end of a command) may take what it takes. Thread-safe.
 *
 * <p>Every call runs in a thread of its own that is interrupted at its limit, because docker-java's
 * Unix sockets know no read timeout (seen with 3.7.1); the interruption closes the socket.
 *
 * <p>What the engine refuses shows as docker-java's {@link DockerException}s; an engine that cannot
 * be reached, breaks off or hangs shows as {@link AgentLostException}.
 */
public final class Engine implements AutoCloseable {

  static final Duration SHORT = Duration.ofSeconds(60);
  private static final Duration UNLIMITED = Duration.ofDays(365);
  private static final Duration CONNECT = Duration.ofSeconds(10);
  static final Duration BETWEEN_PINGS = Duration.ofSeconds(10);
  private static final Duration PING = Duration.ofSeconds(10);

  /** How often an engine that is away is asked to do what is left to do there. */
  private static final Duration BETWEEN_RETRIES = Duration.ofSeconds(2);

  /** What a call waits for an engine that has not answered the last ping. */
  private static final Duration IN_SILENCE = Duration.ofSeconds(2);

  private static final Pattern WRAPPED_MESSAGE =
      Pattern.compile("(?:Status \\d+: )?(\\{.*\\})", Pattern.DOTALL);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String host;
  private final DockerHttpClient http;
  private final DockerClient docker;
  private final ExecutorService threads = Executors.newCachedThreadPool(Engine::daemon);

  /** Whether the last ping stayed unanswered: cleaning up would only do so again. */
  private volatile boolean silent;

  /** What nobody waits for, such as the removal of a finished container. */
  private final ScheduledThreadPoolExecutor background =
      new ScheduledThreadPoolExecutor(2, Engine::daemon);

  private Engine(String host, DockerHttpClient http, DockerClient docker) {
    this.host = host;
    this.http = http;
    this.docker = docker;
  }

  /**
   * Prepares the connection to {@code dockerHost}, a URL as in DOCKER_HOST; asks nothing yet.
   *
   * @throws AgentLostException what the environment says of its certificates makes no sense
   */
  public static Engine at(String dockerHost) {
    DefaultDockerClientConfig config = config(dockerHost);
    DockerHttpClient http =
        new ApacheDockerHttpClient.Builder()
            .dockerHost(URI.create(dockerHost))
            .sslConfig(config.getSSLConfig())
            .connectionTimeout(CONNECT)
            .build();
    return new Engine(dockerHost, http, DockerClientImpl.getInstance(config, http));
  }

  /**
   * docker-java reads docker's {@code config.json} as well, and gives up where that is damaged;
   * docker's client goes on without it.
   */
  private static DefaultDockerClientConfig config(String dockerHost) {
    try {
      return DefaultDockerClientConfig.createDefaultConfigBuilder()
          .withDockerHost(dockerHost)
          .build();
    } catch (DockerClientException e) {
      return withoutConfigFile(dockerHost);
    }
  }

  private static DefaultDockerClientConfig withoutConfigFile(String dockerHost) {
    try {
      return DefaultDockerClientConfig.createDefaultConfigBuilder()
          .withDockerConfig("/nonexistent")
          .withDockerHost(dockerHost)
          .build();
    } catch (DockerClientException e) {
      throw new AgentLostException(
          "The Docker engine at %s cannot be asked: %s.".formatted(dockerHost, e.getMessage()), e);
    }
  }

  /** The URL that it was made with. */
  String host() {
    return host;
  }

  /** A question to the engine. */
  @FunctionalInterface
  public interface Question<T> {
    T ask(DockerClient docker) throws IOException;
  }

  /** A question in terms of HTTP, for what docker-java has no command for. */
  @FunctionalInterface
  interface HttpQuestion<T> {
    T ask(DockerHttpClient http) throws IOException;
  }

  /** A short call. */
  public <T> T ask(Question<T> question) {
    return watched(SHORT, threads.submit(() -> question.ask(docker)));
  }

  /**
   * A short call that makes something. The engine makes it also when whoever asked has gone,
   * canceled or out of patience: then the answer is still awaited, and undone.
   */
  <T> T make(Question<T> question, Consumer<T> undo) {
    CompletableFuture<T> made = new CompletableFuture<>();
    Future<?> call = threads.submit(() -> make(question, made, undo));
    boolean given = false;
    try {
      T answer = watched(SHORT, made);
      given = true;
      return answer;
    } finally {
      if (!given) {
        var unused = made.thenAccept(answer -> later(() -> undo.accept(answer)));
        later(SHORT, () -> call.cancel(true));
      }
    }
  }

  private <T> void make(Question<T> question, CompletableFuture<T> made, Consumer<T> undo) {
    try {
      T answer = question.ask(docker);
      if (!made.complete(answer)) {
        later(() -> undo.accept(answer));
      }
    } catch (Throwable e) { // an error too: somebody waits
      made.completeExceptionally(e);
    }
  }

  /** A short call. */
  <T> T askHttp(HttpQuestion<T> question) {
    return watched(SHORT, threads.submit(() -> question.ask(http)));
  }

  /** A call that may take long. */
  <T> T await(Question<T> question) {
    return watched(UNLIMITED, threads.submit(() -> question.ask(docker)));
  }

  /** A call that may take long. */
  <T> T awaitHttp(HttpQuestion<T> question) {
    return watched(UNLIMITED, threads.submit(() -> question.ask(http)));
  }

  /** Waits for an answer as long as the engine answers pings, and no longer than the limit. */
  private <T> T watched(Duration limit, Future<T> answer) {
    long begin = System.nanoTime();
    try {
      while (System.nanoTime() - begin < limit.toNanos()) {
        try {
          return get(answer, silent ? IN_SILENCE : BETWEEN_PINGS);
        } catch (TimeoutException stillBusy) {
          ping();
        }
      }
      throw lost("did not answer within " + limit.toSeconds() + " s", null);
    } finally {
      answer.cancel(true);
    }
  }

  /** Asks for a sign of life; {@link AgentLostException} if there is none. */
  public void ping() {
    Future<?> answer = threads.submit(() -> docker.pingCmd().exec());
    try {
      get(answer, silent ? IN_SILENCE : PING);
      silent = false;
    } catch (TimeoutException e) {
      silent = true;
      throw lost("does not answer any more", e);
    } finally {
      answer.cancel(true);
    }
  }

  private <T> T get(Future<T> answer, Duration limit) throws TimeoutException {
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private RuntimeException failure(Throwable cause) {
    if (cause instanceof DockerException || cause instanceof AgentLostException) {
      return (RuntimeException) cause;
    }
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof IOException) {
        return lost("broke off or cannot be reached: " + at.getMessage(), cause);
      }
    }
    return cause instanceof RuntimeException unexpected
        ? unexpected
        : new IllegalStateException(cause);
  }

  /** What the engine says, without docker-java's wrapping. */
  public static String reason(RuntimeException refusal) {
    String message = String.valueOf(refusal.getMessage()).strip();
    Matcher wrapped = WRAPPED_MESSAGE.matcher(message);
    if (wrapped.matches()) {
      try {
        String text = JSON.readTree(wrapped.group(1)).path("message").asText().strip();
        return text.isEmpty() ? message : text;
      } catch (JsonProcessingException notJson) {
        return message;
      }
    }
    return message.replaceFirst("^Could not pull image: ", "");
  }

  private AgentLostException lost(String what, Throwable cause) {
    return new AgentLostException("The Docker engine at " + host + " " + what + ".", cause);
  }

  /** Does something at once, in a thread of its own, which ends with the connection. */
  void aside(Runnable work) {
    var unused = threads.submit(work);
  }

  /**
   * Does something later that nobody waits for; {@link #finishBackground} waits for all of it, and
   * what comes after that is not done.
   */
  public void later(Runnable work) {
    try {
      background.execute(
          () -> {
            try {
              work.run();
            } catch (DockerException | AgentLostException | CancellationException e) {
              // What it leaves behind carries the session's label, and goes with the session.
            }
          });
    } catch (RejectedExecutionException e) {
      // Likewise: the agent ends.
    }
  }

  /** As {@link #later}, in some seconds, for what an engine that is away could not do. */
  void retry(Runnable work) {
    later(BETWEEN_RETRIES, work);
  }

  /** As {@link #later}, but not before some time has passed; not at all if the agent ends first. */
  void later(Duration wait, Runnable work) {
    try {
      var unused = background.schedule(() -> later(work), wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The agent ends: what is left carries the session's label, and goes with the session.
    }
  }

  /** Waits for what was to be done {@link #later}, within limits, and takes nothing more. */
  public void finishBackground() throws InterruptedException {
    background.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    background.shutdown();
    background.awaitTermination(SHORT.toSeconds(), TimeUnit.SECONDS);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "docker-engine-call");
    thread.setDaemon(true);
    return thread;
  }

  /** Breaks off what is still asked. */
  @Override
  public void close() {
    background.shutdownNow();
    threads.shutdownNow();
    try {
      docker.close();
    } catch (IOException e) {
      // Only connections: they are gone either way.
    }
  }
}
