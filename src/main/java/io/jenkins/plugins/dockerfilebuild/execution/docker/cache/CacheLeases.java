package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The cache directories of one RUN, held until they are closed. What the RUN wrote stays, also when
 * it failed.
 */
public final class CacheLeases implements AutoCloseable {

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
   * @param instance the directory, which is held
   * @param cold whether it was made for this request
   * @param bytes that it held when it was last counted, not before its last use was over
   * @param discard whether what the command writes is thrown away
   * @param waitMillis spent waiting until other steps let it go
   */
  public record CacheLease(
      MountRequest.Cache request,
      CacheInstance instance,
      boolean cold,
      boolean discard,
      long bytes,
      long waitMillis) {

    /**
     * The part that {@code source=} selects, on this machine, without symbolic links.
     *
     * @throws TransferException it leaves the cache directory
     */
    public Path path() throws IOException {
      return instance.path(CacheInstance.sourceOf(request));
    }
  }

  /** In the order of the requests. */
  public List<CacheLease> leases() {
    return leases;
  }

  /**
   * Notes what the step took, for what each directory is worth: of several that were empty none is
   * credited with more than its part.
   */
  public void ran(long millis) {
    long cold = Math.max(1, leases.stream().filter(CacheLease::cold).count());
    try {
      for (CacheLease lease : leases) {
        lease.instance().noteRun(lease.cold(), lease.cold() ? millis / cold : millis);
      }
    } catch (IOException e) {
      // What it is worth is not known then, and it counts as worth little.
    }
  }

  /** Lets the directories go. Closing twice is harmless. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      release.run();
    }
  }
}
