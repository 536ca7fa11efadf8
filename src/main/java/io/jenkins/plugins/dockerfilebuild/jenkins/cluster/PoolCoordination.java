package io.jenkins.plugins.dockerfilebuild.jenkins.cluster;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.listeners.ItemListener;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.HazelcastCluster;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberAddress;
import io.jenkins.plugins.dockerfilebuild.scheduling.SharedCaches;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * What builds of this controller, and of others in its cluster, agree on. A cluster is joined when
 * a build first needs it, and left when the controller stops, or when its configuration has changed
 * and the last build that used it has ended. A cluster that cannot be joined stops no build: agents
 * keep builds on one engine apart anyway, and what is lost is knowledge of cache directories.
 * Thread-safe.
 */
@Extension
public final class PoolCoordination extends ItemListener {

  private static final Logger LOGGER = Logger.getLogger(PoolCoordination.class.getName());

  /** A cluster that could not be joined is not tried for every build. */
  private static final long RETRY_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** For a controller alone. */
  private final SharedCaches alone = SharedCaches.inMemory();

  // All changed under "this", which is held for seconds while a cluster is joined: what pages ask
  // for is volatile, so that they need not wait.
  private volatile Optional<Membership> current = Optional.empty();
  private long begunNanos = 0;

  /** Builds that use a membership; one that nobody uses does not stand here. */
  private final Map<Membership, Integer> uses = new HashMap<>();

  /** Missing at the last look, for the next to compare with. */
  private Set<MemberAddress> missing = Set.of();

  /** Missing at two looks, one after the other. */
  private volatile Set<MemberAddress> lost = Set.of();

  /** The one instance. */
  public static PoolCoordination get() {
    return ExtensionList.lookupSingleton(PoolCoordination.class);
  }

  /**
   * A build's use of it.
   *
   * @param problem why builds of other controllers are not seen, though they should be
   */
  public record Use(SharedCaches caches, Optional<String> problem, Runnable end)
      implements AutoCloseable {

    @Override
    public void close() {
      end.run();
    }
  }

  /** Begins to use what the configuration says; joins a cluster the first time. */
  public synchronized Use use(ClusterConfiguration configuration) {
    Membership membership = current(configuration);
    uses.merge(membership, 1, Integer::sum);
    SharedCaches caches =
        membership
            .coordination()
            .map(coordination -> new SharedCaches(coordination, Optional.empty()))
            .orElse(alone);
    return new Use(caches, membership.problem(), () -> end(membership));
  }

  private Membership current(ClusterConfiguration configuration) {
    boolean good =
        current
            .filter(membership -> membership.isOf(configuration) && membership.lasts())
            .filter(
                membership ->
                    membership.problem().isEmpty() || System.nanoTime() - begunNanos < RETRY_NANOS)
            .isPresent();
    if (!good) {
      Optional<Membership> before = current;
      current = Optional.empty();
      before.ifPresent(this::leaveUnlessUsed);
      Membership begun = Membership.of(configuration);
      begun.problem().ifPresent(LOGGER::warning);
      current = Optional.of(begun);
      begunNanos = System.nanoTime();
    }
    return current.get();
  }

  private synchronized void end(Membership membership) {
    uses.computeIfPresent(membership, (key, count) -> count > 1 ? count - 1 : null);
    if (current.filter(membership::equals).isEmpty()) {
      leaveUnlessUsed(membership);
    }
  }

  private void leaveUnlessUsed(Membership membership) {
    if (!uses.containsKey(membership)) {
      membership.cluster().ifPresent(HazelcastCluster::close);
    }
  }

  /** Looks which members are there. Asks name servers, so it takes a moment. */
  public void look() {
    Set<MemberAddress> now = current.map(Membership::missing).orElse(Set.of());
    synchronized (this) {
      lost = now.stream().filter(missing::contains).collect(Collectors.toSet());
      missing = now;
    }
  }

  /** Members that are missing for longer than it takes to start one again. */
  public Set<MemberAddress> lost() {
    return Set.copyOf(lost);
  }

  /** Why this cluster, and not one that was configured before, could not be joined. */
  public Optional<String> problem(ClusterConfiguration configuration) {
    return current
        .filter(membership -> membership.isOf(configuration))
        .flatMap(Membership::problem);
  }

  /** Hazelcast's threads would keep the process alive. */
  @Override
  public synchronized void onBeforeShutdown() {
    current.flatMap(Membership::cluster).ifPresent(HazelcastCluster::close);
    current = Optional.empty();
  }
}
