package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.CoordinationException;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;

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

  /** Held while somebody asks: others wait for the answers, lest their directories begin cold. */
  private final ReentrantLock asking = new ReentrantLock();

  /** Those that have been asked; guarded by the lock. */
  private final Set<VersionHolder> registered = new HashSet<>();

  /** Whether the vault did not answer when the build began. */
  private volatile boolean vaultLost = false;

  CacheHolders(SharedCaches shared, AgentPool pool, Progress progress) {
    this.versions = shared.coordination().versions();
    this.vault = shared.vault();
    this.pool = pool;
    this.progress = progress;
  }

  /** Has the index know what all hold, also those that have come since it was called before. */
  void register() throws InterruptedException {
    asking.lockInterruptibly();
    try {
      vault.ifPresent(kept -> register(kept.known(), () -> registerVault(kept)));
      for (Agent agent : pool.lenders()) {
        VersionHolder known = CacheHolder.known(agent);
        register(known, () -> registerLender(agent, known));
      }
    } finally {
      asking.unlock();
    }
  }

  /** Whoever could not be asked, for the step was canceled or the index away, is asked again. */
  private void register(VersionHolder known, Runnable question) {
    if (!registered.contains(known)) {
      question.run();
      registered.add(known);
    }
  }

  /** What a vault that is lost could have told or kept is worth a warning, not a build. */
  private void registerVault(CacheHolder kept) {
    try {
      kept.register(versions);
    } catch (CancellationException | CoordinationException e) {
      throw e;
    } catch (RuntimeException e) {
      vaultLost = true;
      tell("the cache vault cannot be used: " + reason(e));
    }
  }

  /** So are the directories of an agent. */
  private void registerLender(Agent agent, VersionHolder known) {
    try {
      CacheHolder.of(agent).register(versions);
    } catch (CancellationException | CoordinationException e) {
      throw e;
    } catch (AgentLostException e) {
      // It has nothing to offer; that it is lost shows when a step wants to run there.
      versions.forget(known);
    } catch (RuntimeException e) {
      versions.forget(known);
      tell("the cache directories of %s cannot be used: %s".formatted(agent, reason(e)));
    }
  }

  private void tell(String message) {
    progress.tell(at -> new BuildEvent.Notice(at, Optional.empty(), message));
  }

  /** Why an agent or a vault did not do what its interface declares no failure of. */
  static String reason(RuntimeException e) {
    return e instanceof UncheckedIOException
        ? e.getMessage() + ": " + e.getCause().getMessage()
        : String.valueOf(e.getMessage());
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
