package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.github.dockerjava.api.async.ResultCallback;
import java.io.Closeable;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;

/**
 * An answer of the engine that goes on while something happens there.
 *
 * <p>{@code awaitStarted} of docker-java waits for ever where the engine breaks off before it has
 * begun to answer: only {@code onStart} counts its latch down (3.7.1). A step whose engine was
 * killed at that moment never ended.
 */
abstract class StreamedAnswer<T> extends ResultCallback.Adapter<T> {

  private final CountDownLatch begun = new CountDownLatch(1);

  @Override
  public void onStart(Closeable stream) {
    super.onStart(stream);
    begun.countDown();
  }

  @Override
  public void onError(Throwable problem) {
    super.onError(problem);
    begun.countDown();
  }

  @Override
  public void onComplete() {
    super.onComplete();
    begun.countDown();
  }

  /**
   * Waits until the engine has begun to answer; to be called inside a question, which bounds it.
   *
   * @throws RuntimeException what it broke off with instead
   */
  final StreamedAnswer<T> awaitBegun() throws InterruptedIOException {
    try {
      begun.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    throwFirstError();
    return this;
  }
}
