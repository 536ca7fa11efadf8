package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The cache directories of one RUN, held until they are closed. What the RUN wrote stays, also when
 * it failed.
 */
final class CacheLeases implements AutoCloseable {

  private final List<CacheLease> leases;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  CacheLeases(List<CacheLease> leases, Runnable release) {
    this.leases = List.copyOf(leases);
    this.release = release;
  }

  /**
   * One cache mount's directory.
   *
   * @param path on this machine, without symbolic links; the part that {@code source=} selects
   * @param cold whether it was made for this request
   * @param bytes that it held when it was last counted, not before its last use was over
   * @param discard whether what the command writes is thrown away
   * @param waitMillis spent waiting until other steps let it go
   */
  record CacheLease(
      MountRequest.Cache request,
      Path path,
      boolean cold,
      boolean discard,
      long bytes,
      long waitMillis) {

    CacheLease discarding() {
      return new CacheLease(request, path, cold, true, bytes, waitMillis);
    }
  }

  /** In the order of the requests. */
  List<CacheLease> leases() {
    return leases;
  }

  /** Lets the directories go. Closing twice is harmless. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      release.run();
    }
  }
}
