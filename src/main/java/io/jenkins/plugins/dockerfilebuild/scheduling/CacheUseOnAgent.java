package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Lease;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import java.io.IOException;
import java.util.Optional;

/**
 * A step's use of one cache directory on its agent. Written by the thread that runs the step, then
 * handed to the one that publishes.
 */
final class CacheUseOnAgent implements AutoCloseable {

  private final int step;
  private final CacheKey key;
  private final Agent agent;
  private final Lease lease;
  private final CacheReplicas.Use use;
  private Optional<CacheVersion> version = Optional.empty();
  private Optional<MountReport.Sync> sync = Optional.empty();
  private long bringUpMillis;

  CacheUseOnAgent(int step, CacheKey key, Agent agent, Lease lease, CacheReplicas.Use use) {
    this.step = step;
    this.key = key;
    this.agent = agent;
    this.lease = lease;
    this.use = use;
  }

  int step() {
    return step;
  }

  CacheKey key() {
    return key;
  }

  Agent agent() {
    return agent;
  }

  Lease lease() {
    return lease;
  }

  CacheReplicas.Use use() {
    return use;
  }

  String handle() {
    return use.handle();
  }

  CacheReplicas replicas() {
    return agent.services().cacheReplicas();
  }

  /** The directory had this version already, or has it since it was brought up. */
  void has(CacheVersion found, Optional<MountReport.Sync> how) {
    version = Optional.of(found);
    sync = how;
  }

  /** The directory is ready, so long after its lease was had. */
  void ready(long millisSinceLease) {
    bringUpMillis = Math.max(0, millisSinceLease - use.waitMillis());
  }

  long bytesReceived() {
    return sync.map(MountReport.Sync::bytesReceived).orElse(0L);
  }

  /** What is known of a mount without the agent's word. */
  MountReport report(MountRequest.Cache mount) {
    String hit = use.manifest().isPresent() ? "WARM" : "COLD";
    return report(MountReport.local("cache", key.id(), mount.target(), hit, 0, 0));
  }

  /** What the agent tells of a mount, and what is known of it besides. */
  MountReport report(MountReport told) {
    long waited = told.waitMillis() + lease.waitMillis();
    if (version.isEmpty()) {
      return told.readyAfter(waited, bringUpMillis);
    }
    CacheVersion found = version.get();
    long age = Math.max(0, System.currentTimeMillis() - found.publishedMillis());
    return new MountReport(
        told.type(),
        told.id(),
        told.target(),
        sync.isPresent() ? "SYNCED" : "WARM",
        found.bytes(),
        bytesReceived(),
        found.number(),
        waited,
        bringUpMillis,
        found.files(),
        age,
        sync);
  }

  @Override
  public void close() {
    try {
      replicas().close(handle());
    } catch (IOException | AgentLostException e) {
      // Its process lets it go when it ends.
    }
  }
}
