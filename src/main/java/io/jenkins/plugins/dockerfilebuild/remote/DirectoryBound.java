package io.jenkins.plugins.dockerfilebuild.remote;

import io.jenkins.plugins.dockerfilebuild.content.DirectorySize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks again and again, on a thread of its own, how much a process has written, and ends it when
 * that is too much. What is written between two looks is beyond the limit; {@link #check} sees it.
 */
final class DirectoryBound implements AutoCloseable {

  private static final long LOOK_MILLIS = 500;

  private final Path directory;
  private final long mostBytes;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Written by the thread that looks, before it ends the process. */
  private volatile boolean exceeded;

  private DirectoryBound(Path directory, long mostBytes) {
    this.directory = directory;
    this.mostBytes = mostBytes;
  }

  /**
   * @param mostBytes {@link Long#MAX_VALUE} for no limit
   * @param end is called once, when the directory holds more
   */
  static DirectoryBound begin(Path directory, long mostBytes, Runnable end) {
    DirectoryBound bound = new DirectoryBound(directory, mostBytes);
    if (mostBytes == Long.MAX_VALUE) {
      return bound;
    }
    Thread thread = new Thread(() -> bound.watch(end), "size of " + directory.getFileName());
    thread.setDaemon(true);
    thread.start();
    return bound;
  }

  private void watch(Runnable end) {
    try {
      while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (bytes() > mostBytes) {
          exceeded = true;
          end.run();
          return;
        }
      }
    } catch (InterruptedException | IOException e) {
      // The last look is at the end.
    }
  }

  /**
   * @throws IOException it holds more, or did
   */
  void check() throws IOException {
    if (exceeded || (mostBytes < Long.MAX_VALUE && bytes() > mostBytes)) {
      throw new IOException("it is larger than " + mostBytes + " bytes");
    }
  }

  private long bytes() throws IOException {
    return DirectorySize.of(directory).bytes();
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
