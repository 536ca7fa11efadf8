package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.transport.DockerHttpClient;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The body of an answer that is read after the call. It waits for no engine for ever either: while
 * nothing comes the engine is pinged, and where it does not answer that the reader gets an {@link
 * AgentLostException}. Read by one thread.
 */
final class WatchedBody extends InputStream {

  private final Engine engine;
  private final DockerHttpClient.Response response;
  private final InputStream body;
  private final Duration pause;

  /** Grows whenever something came. */
  private final AtomicLong came = new AtomicLong();

  private volatile boolean reading;
  private volatile boolean closed;
  private volatile Optional<AgentLostException> lost = Optional.empty();

  /**
   * @param pause after which an engine that sends nothing is asked whether it lives
   */
  WatchedBody(Engine engine, DockerHttpClient.Response response, Duration pause) {
    this.engine = engine;
    this.response = response;
    this.body = response.getBody();
    this.pause = pause;
    lookAfter(0);
  }

  private void lookAfter(long seen) {
    engine.later(pause, () -> look(seen));
  }

  private void look(long seen) {
    if (closed) {
      return;
    }
    long now = came.get();
    if (reading && now == seen) {
      try {
        engine.ping();
      } catch (DockerException e) {
        // It lives.
      } catch (AgentLostException e) {
        lost = Optional.of(e);
        response.close(); // which wakes the reader
        return;
      }
    }
    lookAfter(now);
  }

  private interface Read {
    int some() throws IOException;
  }

  private int read(Read read) throws IOException {
    reading = true;
    try {
      return read.some();
    } catch (IOException | RuntimeException e) {
      if (lost.isPresent()) {
        throw lost.get();
      }
      throw e;
    } finally {
      reading = false;
      came.incrementAndGet();
    }
  }

  @Override
  public int read() throws IOException {
    return read(body::read);
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    return read(() -> body.read(bytes, from, length));
  }

  /** The body's own would read the rest first. */
  @Override
  public void close() {
    closed = true;
    response.close();
  }
}
