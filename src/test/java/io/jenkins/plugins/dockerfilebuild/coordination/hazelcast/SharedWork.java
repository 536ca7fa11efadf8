package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.BaseVersion;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Lease;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheDirectoryLeases.Request;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Publication;
import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.End;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.Follower;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.Leader;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.Part;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Leases, versions and flights as builds use them, with a memory of all that was acknowledged: an
 * operation fails when the cluster knows less. Thread-safe.
 */
final class SharedWork {

  private static final int DIRECTORIES = 12;

  private final List<Directory> directories =
      IntStream.range(0, DIRECTORIES).mapToObj(Directory::new).toList();
  private final Map<String, SingleFlight.Result> made = new ConcurrentHashMap<>();

  /** Guarded by this. */
  private long operations;

  private volatile boolean failed = false;

  private final AtomicLong slowestMillis = new AtomicLong();
  private final AtomicLong grants = new AtomicLong();

  /** One cache directory; what is changed under its lock needs no other. */
  private static final class Directory {

    private final CacheKey key;
    private final AtomicLong inside = new AtomicLong();
    private final Map<VersionHolder, CacheVersion> heldBy = new ConcurrentHashMap<>();
    private volatile long lastToken;
    private volatile long published;

    private Directory(int number) {
      key = new CacheKey("ns", "cache-" + number, "linux/amd64", "", 0755, 0, 0);
    }
  }

  synchronized long operations() {
    return operations;
  }

  /** Returns when so many operations are acknowledged, or after a while. */
  synchronized void awaitOperations(long count) throws InterruptedException {
    long deadline = System.nanoTime() + 1_000_000_000;
    while (operations < count && System.nanoTime() < deadline) {
      wait(1_000);
    }
  }

  private synchronized void acknowledged() {
    operations++;
    notifyAll();
  }

  String figures() {
    return "%d lease and index operations, %d leases granted, slowest operation %d ms"
        .formatted(operations(), grants.get(), slowestMillis.get());
  }

  /** Works until it is enough, or another has failed, whose failure then is the only one. */
  void run(Coordination cluster, String agent, Random random, BooleanSupplier enough)
      throws InterruptedException {
    try {
      for (int round = 0; !failed && !enough.getAsBoolean(); round++) {
        once(cluster, agent, random, round);
      }
    } catch (RuntimeException | AssertionError e) {
      failed = true;
      throw e;
    }
  }

  private void once(Coordination cluster, String agent, Random random, int round)
      throws InterruptedException {
    Directory directory = directories.get(random.nextInt(DIRECTORIES));
    switch (random.nextInt(4)) {
      case 0 -> replica(cluster, directory, agent, round);
      case 1 -> flight(cluster, agent + "/" + round, random);
      default -> update(cluster, directory, agent);
    }
  }

  /** A step with a locked cache directory. */
  private void update(Coordination cluster, Directory directory, String agent)
      throws InterruptedException {
    Request request = new Request(directory.key, CacheSharing.LOCKED, agent);
    try (Lease lease = cluster.leases().acquire(request, ahead -> {})) {
      try {
        check(directory.inside.incrementAndGet() == 1, "held twice: " + directory.key.id());
        inside(cluster, directory, agent, lease);
      } finally {
        directory.inside.decrementAndGet();
      }
    }
    acknowledged();
  }

  private void inside(Coordination cluster, Directory directory, String agent, Lease lease) {
    check(lease.token() > directory.lastToken, "token " + lease.token() + " is not larger");
    directory.lastToken = lease.token();
    grants.incrementAndGet();
    acknowledged();
    publish(cluster, directory, agent, lease);
    check(timed(lease::renew), "a lease was lost");
  }

  private void publish(Coordination cluster, Directory directory, String agent, Lease lease) {
    BaseVersion base =
        timed(() -> cluster.versions().open(directory.key, lease.token(), true))
            .map(Newest::version)
            .map(CacheVersion::asBase)
            .orElse(BaseVersion.NONE);
    long known = base.number();
    check(
        known == directory.published,
        "%d was acknowledged, %d is known".formatted(directory.published, known));
    CacheVersion next = version(known + 1, agent);
    Publication publication =
        timed(
            () ->
                cluster
                    .versions()
                    .publish(directory.key, base, next, holder(agent), lease.token()));
    check(publication instanceof Publication.Published, "a holder got " + publication);
    directory.published = next.number();
    directory.heldBy.put(holder(agent), next);
  }

  /** An agent has brought its directory up to an older version; nobody else speaks for it. */
  private void replica(Coordination cluster, Directory directory, String agent, int round) {
    if (directory.published < 2) {
      return;
    }
    String replica = "replica of " + agent;
    CacheVersion version = version(1, agent + round);
    timed(
        () -> {
          cluster.versions().held(directory.key, version, holder(replica));
          return true;
        });
    directory.heldBy.put(holder(replica), version);
    CacheVersion known =
        timed(() -> cluster.versions().holdings(directory.key)).get(holder(replica));
    check(
        version.equals(known), "%s is known to hold %s, not %s".formatted(replica, known, version));
  }

  /** A step's result, made once and found again. */
  private void flight(Coordination cluster, String key, Random random) throws InterruptedException {
    SingleFlight.Result result = new SingleFlight.Result("a1", "sha256:" + key, 1);
    SingleFlight.Request request = new SingleFlight.Request(key, "build", Optional.empty());
    Part part = timed(() -> cluster.flights().join(request));
    check(part instanceof Leader, "somebody else leads " + key);
    try (Leader leader = (Leader) part) {
      leader.begun();
      leader.made(result);
    }
    acknowledged();
    acknowledged();
    made.put(key, result);
    List<String> keys = List.copyOf(made.keySet());
    isKnown(cluster, keys.get(random.nextInt(keys.size())));
  }

  private void isKnown(Coordination cluster, String key) throws InterruptedException {
    SingleFlight.Request request = new SingleFlight.Request(key, "build", Optional.empty());
    Part part = timed(() -> cluster.flights().join(request));
    check(part instanceof Follower, "the result of %s is lost".formatted(key));
    End end = ((Follower) part).await(SILENT);
    check(end.equals(new End.Made(made.get(key))), "%s became %s".formatted(key, end));
  }

  /** Looks for everything that was ever acknowledged. */
  void verify(Coordination cluster) throws InterruptedException {
    for (Directory directory : directories) {
      Map<VersionHolder, CacheVersion> known = cluster.versions().holdings(directory.key);
      check(known.equals(directory.heldBy), "%s holds %s".formatted(directory.key.id(), known));
      check(cluster.leases().holders(directory.key).isEmpty(), "a lease is left behind");
    }
    for (String key : made.keySet()) {
      isKnown(cluster, key);
    }
  }

  private <T> T timed(Supplier<T> operation) {
    long begin = System.nanoTime();
    T answer = operation.get();
    long millis = (System.nanoTime() - begin) / 1_000_000;
    slowestMillis.accumulateAndGet(millis, Math::max);
    acknowledged();
    return answer;
  }

  private static VersionHolder holder(String agent) {
    return new VersionHolder(agent, agent);
  }

  private static CacheVersion version(long number, String content) {
    return new CacheVersion(number, Digest.of(number + content), 1, 1, 1_000 + number);
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static final SingleFlight.Listener SILENT =
      new SingleFlight.Listener() {
        @Override
        public void printed(String line, boolean error) {}

        @Override
        public void leftOut(long lines) {}
      };
}
