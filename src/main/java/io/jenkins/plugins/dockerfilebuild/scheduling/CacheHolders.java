package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Those from whom a build can have versions of cache directories: agents that lend theirs, and the
 * vault. What each holds is asked once for a build, when a step first wants a directory.
 * Thread-safe.
 */
final class CacheHolders {

  private final CacheVersions versions;
  private final Optional<CacheHolder> vault;
  private final AgentPool pool;
  private final Progress progress;

  /** Whose directories the index knows. */
  private final Set<VersionHolder> registered = ConcurrentHashMap.newKeySet();

  /** Whether the vault did not answer when the build began. */
  private volatile boolean vaultLost = false;

  CacheHolders(SharedCaches shared, AgentPool pool, Progress progress) {
    this.versions = shared.coordination().versions();
    this.vault = shared.vault();
    this.pool = pool;
    this.progress = progress;
  }

  /** Has the index know what all hold, also those that have come since it was called before. */
  void register() {
    vault.filter(kept -> registered.add(kept.known())).ifPresent(this::registerVault);
    for (Agent agent : pool.lenders()) {
      VersionHolder known = CacheHolder.known(agent);
      if (registered.add(known)) {
        try {
          CacheHolder.of(agent).register(versions);
        } catch (AgentLostException e) {
          // It has nothing to offer; that it is lost shows when a step wants to run there.
          versions.forget(known);
        }
      }
    }
  }

  /** What a vault that is lost could have told or kept is worth a warning, not a build. */
  private void registerVault(CacheHolder kept) {
    try {
      kept.register(versions);
    } catch (UncheckedIOException e) {
      vaultLost = true;
      String message = "the cache vault cannot be used: " + e.getCause().getMessage();
      progress.tell(at -> new BuildEvent.Notice(at, Optional.empty(), message));
    }
  }

  /** A holder that the index names, if this build can reach it. */
  Optional<CacheHolder> find(VersionHolder known) {
    return vault
        .filter(kept -> kept.known().equals(known))
        .or(
            () ->
                pool.lenders().stream()
                    .filter(agent -> agent.id().equals(known.id()))
                    .findFirst()
                    .map(CacheHolder::of));
  }

  /** The vault, if there is one that answers. */
  Optional<CacheHolder> vault() {
    return vault.filter(kept -> !vaultLost);
  }
}
