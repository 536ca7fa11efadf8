package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import java.util.List;

/**
 * Who may use which cache directory, over the whole pool. Thread-safe.
 *
 * <table>
 * <caption>Sharing</caption>
 * <tr><td>locked</td><td>one holder anywhere; waits for all others</td></tr>
 * <tr><td>shared</td><td>together with others who share; waits for a locked holder</td></tr>
 * <tr><td>private</td><td>a copy of its own; never waits and holds up nobody</td></tr>
 * </table>
 *
 * <p>First come, first served: a request waits also for those that wait already, so sharers that
 * never cease cannot starve a locked one. A lease ends when it is closed, or by itself when it was
 * not renewed for {@link Lease#lifetimeMillis}; so whoever dies, or loses the agent that works
 * under the lease, lets go.
 */
public interface CacheDirectoryLeases {

  /**
   * Waits for a lease.
   *
   * @throws CoordinationException those who share the directories cannot be reached
   * @throws InterruptedException interrupted while waiting; nothing is held and no place kept
   */
  Lease acquire(Request request, WaitListener listener) throws InterruptedException;

  /**
   * What is asked for.
   *
   * @param holder who asks, as users know it: the build, its step and its agent
   */
  record Request(CacheKey key, CacheSharing sharing, String holder) {}

  /** Is told when a request begins to wait, and again when it waits for others. */
  @FunctionalInterface
  interface WaitListener {

    /**
     * @param ahead who is served before: those that hold the directory, then those that wait
     */
    void waitingFor(List<Holder> ahead);
  }

  /**
   * Somebody who holds a directory or waits for it.
   *
   * @param sinceMillis since the epoch
   */
  record Holder(String who, CacheSharing sharing, boolean waiting, long sinceMillis) {}

  /** Who holds the directory and who waits for it, in the order in which they are served. */
  List<Holder> holders(CacheKey key);

  /**
   * Ends the leases of those who have been silent for a lifetime, and forgets directories that
   * nobody has asked for in a month. Silence shows only to one who looks again: whoever outlives
   * builds calls this several times in a lifetime, so that no lease waits for the next who wants it
   * to begin to look.
   *
   * @throws CoordinationException those who share the directories cannot be reached
   */
  void endSilent();

  /** A right to use a directory, until it is closed or not renewed in time. */
  interface Lease extends AutoCloseable {

    /**
     * The fencing token: larger than that of every lease granted before on this directory, also by
     * an earlier process. {@link CacheVersions} refuses those whose directory has been opened under
     * a larger one.
     */
    long token();

    /** What the request waited. */
    long waitMillis();

    /** How long the lease lasts without being renewed. */
    long lifetimeMillis();

    /**
     * Says that the holder is still at work.
     *
     * @return false if the lease has ended: another may work there by now
     * @throws CoordinationException that is not known
     */
    boolean renew();

    /** Lets it go. Closing twice is harmless. */
    @Override
    void close();
  }
}
