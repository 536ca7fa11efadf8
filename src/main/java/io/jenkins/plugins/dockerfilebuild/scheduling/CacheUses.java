package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Holder;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Lease;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Request;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Cache directories for the steps of one build: each under a lease of the whole pool, brought to
 * the newest version on the step's agent before the step, and published after it while the build
 * goes on. Thread-safe.
 */
final class CacheUses implements AutoCloseable {

  /** What publishing may take at the end of a build, after its image is there. */
  private static final long PUBLISH_SECONDS = 600;

  /** What a canceled step has cached is worth a moment, but not the user's patience. */
  private static final long AFTER_CANCELING_SECONDS = 5;

  private final Coordination coordination;
  private final CacheHolders holders;
  private final CachePolicy policy;
  private final AgentPool pool;
  private final Progress progress;
  private final CacheLeaseRenewal renewal = new CacheLeaseRenewal();
  private final ExecutorService background = Executors.newCachedThreadPool(Workers.named("cache"));
  private final ExecutorService movers = Executors.newCachedThreadPool(Workers.named("chunks"));
  private final CacheMoves moves = new CacheMoves(movers);

  private final AtomicBoolean policyTold = new AtomicBoolean();

  /** Namespaces whose directories the build used. */
  private final Set<String> namespaces = ConcurrentHashMap.newKeySet();

  /** Written by the thread that closes this. */
  private boolean canceled;

  CacheUses(SharedCaches shared, CachePolicy policy, AgentPool pool, Progress progress) {
    this.coordination = shared.coordination();
    this.holders = new CacheHolders(shared, pool, progress);
    this.policy = policy;
    this.pool = pool;
    this.progress = progress;
  }

  /**
   * Takes the cache directories of a step, waiting for their leases, and brings them up.
   *
   * @return the request with the directories in it, and what holds them
   */
  PreparedCaches prepare(int step, StepRequest request, Agent agent) throws InterruptedException {
    SortedMap<CacheKey, CacheSharing> wanted = wanted(request);
    PreparedCaches prepared = new PreparedCaches(request, policy, this::publishLater, this::giveUp);
    if (wanted.isEmpty()) {
      return prepared;
    }
    tellPolicy();
    holders.register();
    boolean done = false;
    try {
      for (Map.Entry<CacheKey, CacheSharing> one : wanted.entrySet()) {
        prepared.add(take(step, one.getKey(), one.getValue(), agent));
      }
      done = true;
      return prepared;
    } finally {
      if (!done) {
        prepared.neverBegun();
      }
    }
  }

  private void tellPolicy() {
    if (!policyTold.getAndSet(true)) {
      policy
          .notice()
          .ifPresent(
              notice -> progress.tell(at -> new BuildEvent.Notice(at, Optional.empty(), notice)));
    }
  }

  /** What it takes to bring the step's cache directories up on an agent. */
  CacheMoveCost moveCost(PlannedStep step, Roots roots, TransferRates rates)
      throws InterruptedException {
    List<CacheKey> keys = new CacheKeys(roots).of(step).stream().map(policy::own).toList();
    if (!keys.isEmpty()) {
      holders.register();
    }
    return new CacheMoveCost(coordination.versions(), keys, pool.agents(), rates);
  }

  /** By key in their order, the most exclusive mode that the step asks for. */
  private SortedMap<CacheKey, CacheSharing> wanted(StepRequest request) {
    SortedMap<CacheKey, CacheSharing> wanted = new TreeMap<>();
    if (request.operation() instanceof StepRequest.Run run) {
      for (MountRequest mount : run.mounts()) {
        if (mount instanceof MountRequest.Cache cache) {
          wanted.merge(
              policy.own(cache.key()), cache.sharing(), (a, b) -> a.compareTo(b) >= 0 ? a : b);
        }
      }
    }
    return wanted;
  }

  private CacheUseOnAgent take(int step, CacheKey key, CacheSharing sharing, Agent agent)
      throws InterruptedException {
    // Who discards what it writes shares with all but those whom a locked use is to exclude: they
    // wait for it, as it must not see half of what they change.
    CacheSharing leased =
        policy.discards() && sharing == CacheSharing.LOCKED ? CacheSharing.SHARED : sharing;
    Lease lease =
        coordination
            .leases()
            .acquire(
                new Request(key, leased, pool.build() + ", step " + step + " on " + agent),
                ahead -> waiting(step, key, ahead));
    long begin = progress.millis();
    renewal.add(lease);
    namespaces.add(key.namespace());
    boolean done = false;
    try {
      CacheReplicas replicas = agent.services().cacheReplicas();
      CacheReplicas.Use use = replicas.open(key, leased, policy.discards());
      CacheUseOnAgent taken = new CacheUseOnAgent(step, key, agent, lease, use);
      try {
        boolean exclusive = leased == CacheSharing.LOCKED;
        learn(key, agent, use);
        Optional<Newest> newest = coordination.versions().open(key, lease.token(), exclusive);
        CacheKey from = newest.isPresent() ? key : policy.parent(key).orElse(key);
        new CacheBringUp(coordination.versions(), moves, holders::find, progress)
            .bringUp(taken, from);
        taken.ready(progress.millis() - begin);
        done = true;
        return taken;
      } finally {
        if (!done) {
          taken.close();
        }
      }
    } catch (InterruptedIOException e) {
      throw (InterruptedException) new InterruptedException().initCause(e);
    } catch (IOException e) {
      throw new AgentLostException(
          "the cache directory %s cannot be used on %s: %s"
              .formatted(key.id(), agent, e.getMessage()),
          e);
    } finally {
      if (!done) {
        renewal.release(lease);
      }
    }
  }

  /** What the agent holds may be newer than the index: another process may have published it. */
  private void learn(CacheKey key, Agent agent, CacheReplicas.Use use) {
    Optional<CacheVersion> held = use.held().map(CacheHolder::version);
    Optional<Newest> newest = coordination.versions().newest(key);
    boolean newer =
        held.isPresent() && newest.map(n -> held.get().isNewerThan(n.version())).orElse(true);
    if (newer) {
      coordination.versions().held(key, held.get(), CacheHolder.known(agent));
    }
  }

  private void waiting(int step, CacheKey key, List<Holder> ahead) {
    Holder first = ahead.get(0);
    long seconds = Math.max(0, System.currentTimeMillis() - first.sinceMillis()) / 1000;
    boolean several = ahead.size() > 1;
    String who = several ? "%s and %d more".formatted(first.who(), ahead.size() - 1) : first.who();
    String does =
        first.waiting() ? (several ? "wait for" : "waits for") : (several ? "hold" : "holds");
    String message =
        "waits for the cache directory %s: %s %s it for %d s"
            .formatted(key.id(), who, does, seconds);
    progress.tell(at -> new BuildEvent.Notice(at, Optional.of(step), message));
  }

  private void publishLater(CacheUseOnAgent use) {
    background.execute(() -> publish(use));
  }

  private void giveUp(CacheUseOnAgent use) {
    use.close();
    renewal.release(use.lease());
  }

  /** Also after a step that only read: others may have changed the directory and left before it. */
  private void publish(CacheUseOnAgent use) {
    boolean published = false;
    try (use) {
      published =
          new CachePublication(coordination.versions(), moves, holders::find, progress)
              .publish(use);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      renewal.release(use.lease());
      if (published && policy.discards()) {
        tellOthers(use);
      }
      if (published || !policy.discards()) {
        holders.vault().ifPresent(vault -> keep(use, vault));
      }
    }
  }

  private void tellOthers(CacheUseOnAgent use) {
    String message =
        "the cache directory %s is published with what steps of other builds changed"
            .formatted(use.key().id());
    progress.tell(at -> new BuildEvent.Notice(at, Optional.of(use.step()), message));
  }

  private void keep(CacheUseOnAgent use, CacheHolder kept) {
    try {
      new CacheVault(coordination.versions(), moves, kept, progress).keep(use);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The user does not wait any more; an {@link InterruptedException} left no trace of it. */
  void canceled() {
    canceled = true;
  }

  /** Waits until all that steps wrote is published, unless the build is canceled. */
  @Override
  public void close() {
    background.shutdown();
    boolean interrupted = Thread.interrupted();
    canceled |= interrupted;
    try {
      long seconds = canceled ? AFTER_CANCELING_SECONDS : PUBLISH_SECONDS;
      if (!background.awaitTermination(seconds, TimeUnit.SECONDS)) {
        background.shutdownNow();
      }
    } catch (InterruptedException e) {
      background.shutdownNow();
      canceled = true;
      interrupted = true;
    }
    movers.shutdownNow();
    renewal.close();
    if (!canceled && !policy.discards()) {
      new CacheHousekeeping(policy.limits(), progress).keep(pool.agents(), namespaces);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
