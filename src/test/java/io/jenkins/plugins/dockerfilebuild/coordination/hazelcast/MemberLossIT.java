package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Members in processes of their own are killed at random moments and started again, while eight
 * threads of two clients lease, publish and look up. No lease is held by two at a time, and with
 * one copy of each record nothing that was acknowledged is lost.
 *
 * <p>The long version: {@code -Dmembers.operations=10000 -Dmembers.kills=8 -Dmembers.sizes=3,5}.
 * Another course: {@code -Dmembers.seed=N}.
 */
@Timeout(540)
class MemberLossIT {

  private static final int THREADS = 8;
  private static final long OPERATIONS = Long.getLong("members.operations", 1_500);
  private static final int KILLS = Integer.getInteger("members.kills", 1);
  private static final long BETWEEN_KILLS = 400;
  private static final long SEED = Long.getLong("members.seed", System.nanoTime());

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<MemberProcess> members = new ArrayList<>();
  private final SharedWork work = new SharedWork();
  private final Random random = new Random(SEED);
  private final AtomicInteger kills = new AtomicInteger();
  private List<MemberAddress> addresses = List.of();

  static List<Integer> sizes() {
    return List.of(System.getProperty("members.sizes", "3").split(",")).stream()
        .map(Integer::valueOf)
        .toList();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    members.forEach(MemberProcess::close);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void nothingIsHeldTwiceAndNothingAcknowledgedIsLost(int size) throws Exception {
    System.out.printf("MemberLossIT: %d members, seed %d%n", size, SEED);
    addresses = MemberProcess.addresses(size);
    for (MemberAddress address : addresses) {
      members.add(MemberProcess.start(address, addresses));
    }
    awaitSafe();
    ClusterSettings settings = ClusterSettings.loopback().joining(addresses);
    try (HazelcastCluster one = HazelcastCluster.client(settings);
        HazelcastCluster other = HazelcastCluster.client(settings)) {
      long begin = System.nanoTime();
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Coordination cluster = (i % 2 == 0 ? one : other).coordination();
        String agent = "agent-" + i;
        Random course = new Random(random.nextLong());
        workers.add(
            threads.submit(
                () -> {
                  work.run(cluster, agent, course, this::isEnough);
                  return agent;
                }));
      }
      killUntilDone(workers);
      for (Future<?> worker : workers) {
        worker.get();
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      awaitSafe();
      work.verify(one.coordination());
      System.out.printf(
          "MemberLossIT: %d members, %d killed, %s, %.0f operations/s%n",
          size, kills.get(), work.figures(), work.operations() / seconds);
      assertThat(kills.get()).isGreaterThanOrEqualTo(KILLS);
    }
  }

  /** Each kill waits until every record has its copy again, for only one copy is promised. */
  private void killUntilDone(List<Future<?>> workers) throws Exception {
    long next = next();
    while (workers.stream().noneMatch(Future::isDone)) {
      work.awaitOperations(next);
      if (work.operations() < next) {
        continue;
      }
      int victim = random.nextInt(members.size());
      members.get(victim).kill();
      members.set(victim, MemberProcess.start(addresses.get(victim), addresses));
      awaitSafe();
      kills.incrementAndGet();
      next = next();
    }
  }

  private boolean isEnough() {
    return work.operations() >= OPERATIONS && kills.get() >= KILLS;
  }

  private long next() {
    return work.operations() + random.nextLong(BETWEEN_KILLS / 2, BETWEEN_KILLS);
  }

  /** A member answers when it has started, so this does not spin. */
  private void awaitSafe() {
    for (MemberProcess member : members) {
      while (!member.isSafe(members.size())) {
        assertThat(members).isNotEmpty();
      }
    }
  }
}
