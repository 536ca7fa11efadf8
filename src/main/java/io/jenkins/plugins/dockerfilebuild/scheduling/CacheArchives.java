package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.ArchiveWriter;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheArchive;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Lease;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Request;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Cache directories of a pool as archives, and archives as versions of cache directories. The
 * agents are asked what they hold when this is made. Thread-safe.
 */
public final class CacheArchives implements AutoCloseable {

  private final Coordination coordination;
  private final List<CacheHolder> holders;
  private final ExecutorService threads = Executors.newCachedThreadPool(Workers.named("archive"));
  private final CacheLeaseRenewal renewal = new CacheLeaseRenewal();

  /**
   * @throws io.jenkins.plugins.dockerfilebuild.execution.AgentLostException one does not answer
   */
  public CacheArchives(List<Agent> agents, Coordination coordination) {
    this.coordination = coordination;
    this.holders = agents.stream().map(CacheHolder::of).toList();
    holders.forEach(holder -> holder.register(coordination.versions()));
  }

  /** The newest version of a directory, empty if no agent has any. */
  public Optional<CacheVersion> newest(CacheKey key) {
    return coordination.versions().newest(key).map(Newest::version);
  }

  /**
   * Writes the newest version of a directory.
   *
   * @param temporary a folder for a small file meanwhile
   * @return the version that was written
   * @throws IOException also where steps changed it meanwhile; the archive is worth nothing then
   */
  public CacheVersion export(CacheKey key, ArchiveWriter archive, Path temporary)
      throws IOException, InterruptedException {
    Newest newest =
        coordination
            .versions()
            .newest(key)
            .orElseThrow(() -> new IOException("no agent has the cache directory " + key.id()));
    List<CacheMoves.Source> sources =
        holders.stream()
            .filter(holder -> newest.holders().contains(holder.known()))
            .map(holder -> new CacheMoves.Source(holder, key, newest.version().manifest()))
            .toList();
    new CacheExport(sources, threads).write(archive, temporary);
    return newest.version();
  }

  /**
   * What became of an archive.
   *
   * @param version that the directory has now
   * @param changed false where the newest version was just like it already
   * @param bytesSent to the agent, as they travelled
   */
  public record Seeded(CacheVersion version, boolean changed, long bytesSent) {}

  /**
   * Makes what an archive holds the newest version of a directory, on one agent, under a lease that
   * excludes all others. Waits for who uses the directory.
   *
   * @param agent one of the pool
   * @throws IOException the agent cannot take it, or has lost its lease; the version before is the
   *     newest still
   */
  public Seeded seed(CacheKey key, CacheArchive archive, Agent agent)
      throws IOException, InterruptedException {
    Lease lease =
        coordination
            .leases()
            .acquire(new Request(key, CacheSharing.LOCKED, "an import on " + agent), ahead -> {});
    renewal.add(lease);
    try {
      return new CacheSeeding(coordination.versions(), new CacheMoves(threads), key, agent)
          .seed(archive, lease);
    } finally {
      renewal.release(lease);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    renewal.close();
  }
}
