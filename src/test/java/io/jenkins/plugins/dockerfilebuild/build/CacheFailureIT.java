package io.jenkins.plugins.dockerfilebuild.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.build.CachePool.Ran;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.PatchBomb;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.ManualClock;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.ClusterSettings;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.HazelcastCluster;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.ShortLeases;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.docker.LiveFiles;
import io.jenkins.plugins.dockerfilebuild.scheduling.CachePolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds on two agents with real engines, of which one is slow, away, or hostile while others use
 * the same cache directory.
 */
@Timeout(300)
class CacheFailureIT {

  private static final String LOCKED = ",sharing=locked";

  /** Of a command that goes on when {@link #go} says so. */
  private static final String WAIT =
      "; echo at work; until [ -e /c/go ]; do sleep 0.05; done; rm /c/go";

  /** A packed batch of chunks that says to hold 2 GiB. */
  private static final Bytes BOMB =
      Bytes.owning(ByteBuffer.allocate(40).put((byte) 1).putInt(Integer.MAX_VALUE).array());

  /** A part of a patch, of 4 MiB. */
  private static final Bytes ENDLESS = Bytes.owning(new byte[4 << 20]);

  /** The end of a file's path in a manifest and its kind; and with the kind that devices had. */
  private static final String FILE = "good\u0002";

  private static final String DEVICE = "good\u0005";

  @TempDir private Path directory;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch atWork = new CountDownLatch(1);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** Begins a build whose step waits; it waits when this returns. */
  private Future<Ran> begin(CachePool pool, int agent, String options, String command)
      throws InterruptedException {
    return begin(pool, () -> pool.run(agent, options, command + WAIT));
  }

  private Future<Ran> begin(CachePool pool, Callable<Ran> build) throws InterruptedException {
    pool.listen(
        event -> {
          if (event instanceof BuildEvent.StepPrinted printed && printed.line().equals("at work")) {
            atWork.countDown();
          }
        });
    Future<Ran> begun = threads.submit(build);
    atWork.await();
    return begun;
  }

  private static void go(CachePool pool, int agent) throws IOException {
    Path content = LiveFiles.first(pool.state(agent), CacheFailureIT::isCacheDirectory);
    Files.createFile(content.resolve("go"));
  }

  private static boolean isCacheDirectory(Path path) {
    return path.endsWith("0") && path.getParent().getParent().endsWith("cache");
  }

  @Test
  void aHolderThatWasOnlySlowCannotPublishOverItsSuccessor() throws Exception {
    ManualClock clock = new ManualClock(System.currentTimeMillis());
    try (CachePool pool = new CachePool(directory, 2).leasesBy(clock.clock())) {
      pool.run(1, LOCKED, "echo x > /c/base");
      Future<Ran> slow = begin(pool, 1, LOCKED, "echo x > /c/slow");
      pool.listen(
          event -> {
            if (event instanceof BuildEvent.Notice notice
                && notice.message().contains("waits for")) {
              // Nobody renews by this clock: the holder has been silent for longer than it may.
              clock.advance(Duration.ofMinutes(2));
            }
          });

      Ran next = pool.run(2, LOCKED, "echo x > /c/next");
      go(pool, 1);
      Ran late = slow.get();

      assertThat(next.published())
          .extracting(BuildEvent.CachePublished::version)
          .containsExactly(2L);
      assertThat(late.succeeded()).isTrue();
      assertThat(late.published()).isEmpty();
      assertThat(late.notices()).anyMatch(n -> n.contains("is not published: the lease had ended"));
      for (int agent = 1; agent <= 2; agent++) {
        assertThat(pool.run(agent, LOCKED, "ls /c").lines()).containsExactly("base", "next");
      }
    }
  }

  @Test
  void aProcessThatStoodStillCannotPublishOverItsSuccessor() throws Exception {
    try (HazelcastCluster cluster = HazelcastCluster.member(ClusterSettings.loopback());
        CachePool pool = new CachePool(directory, 2).sharing(ShortLeases.over(cluster))) {
      pool.run(1, LOCKED, "echo x > /c/base");
      try (CachePoolProcess slow =
          CachePoolProcess.start(
              directory, 1, LOCKED, "echo x > /c/slow" + WAIT, cluster.address().toString())) {
        slow.await(event -> event.contains("StepPrinted") && event.contains("at work"));
        slow.signal("STOP");
        Ran next = pool.run(2, LOCKED, "echo x > /c/next");
        slow.signal("CONT");
        go(pool, 1);
        List<String> told = slow.awaitEnd();

        assertThat(next.published())
            .extracting(BuildEvent.CachePublished::version)
            .containsExactly(2L);
        assertThat(told).anyMatch(e -> e.contains("is not published: the lease had ended"));
        assertThat(told).noneMatch(e -> e.startsWith("CachePublished"));
      }
      for (int agent = 1; agent <= 2; agent++) {
        assertThat(pool.run(agent, LOCKED, "ls /c").lines()).containsExactly("base", "next");
      }
    }
  }

  @Test
  void whatCannotBeMergedIsPassedOverAndUnitedLater() throws Exception {
    FailingReplicas first = new FailingReplicas();
    try (CachePool pool = new CachePool(directory, 2, first::before)) {
      pool.run(1, "", "echo base > /c/base");
      pool.run(2, "", "true");
      Future<Ran> slow = begin(pool, 2, "", "echo two > /c/two");
      pool.run(1, "", "echo one > /c/one");
      // In the middle of the merge: the manifest comes, the chunks do not.
      first.lost = Set.of("readChunks");
      go(pool, 2);
      Ran merged = slow.get();

      assertThat(merged.notices())
          .anyMatch(
              n -> n.contains("cannot be merged with version 2 of agent-1: the agent is away"));
      assertThat(merged.published())
          .extracting(BuildEvent.CachePublished::version)
          .containsExactly(3L);
      first.lost = Set.of();
      for (int agent = 1; agent <= 2; agent++) {
        assertThat(pool.run(agent, "", "ls /c; echo x > /c/on%d".formatted(agent)).lines())
            .contains("base", "one", "two");
      }
    }
  }

  @Test
  void whatAnAgentHadBeforeItWasCutOffStaysWhenItsStepEnds() throws Exception {
    FailingReplicas first = new FailingReplicas();
    try (CachePool pool = new CachePool(directory, 2, first::before)) {
      pool.run(1, "", "echo x > /c/one");
      Future<Ran> slow = begin(pool, 1, "", "echo x > /c/later");
      first.lost = Set.of("inventory", "readPatch", "readChunks");
      Ran apart = pool.run(2, "", "ls /c; echo x > /c/two");
      first.lost = Set.of();
      go(pool, 1);

      assertThat(apart.lines()).isEmpty();
      assertThat(apart.notices())
          .anyMatch(n -> n.contains("no agent that can be reached has version 1"));
      assertThat(slow.get().published()).hasSize(1);
      for (int agent = 1; agent <= 2; agent++) {
        assertThat(pool.run(agent, "", "ls /c").lines()).containsExactly("later", "one", "two");
      }
    }
  }

  @Test
  void versionsOfOneNumberThatTwoPartsOfAClusterPublishedAreUnited() throws Exception {
    FailingReplicas first = new FailingReplicas();
    try (CachePool pool = new CachePool(directory, 2);
        CachePool apart = new CachePool(directory, 2, first::before)) {
      pool.run(1, "", "echo x > /c/base");
      pool.run(2, "", "true");
      pool.run(1, "", "echo x > /c/one");
      Future<Ran> slow = begin(pool, 1, "", "echo x > /c/later");
      first.lost = Set.of("inventory", "readPatch", "readChunks");
      Ran other = apart.run(2, "", "echo x > /c/two");
      assertThat(other.published()).extracting(p -> p.version()).containsExactly(2L);
      // Whoever builds learns what agents hold: both parts' second version.
      pool.run(2, ",id=another", "true");
      go(pool, 1);

      assertThat(slow.get().published()).extracting(p -> p.version()).containsExactly(3L);
      for (int agent = 1; agent <= 2; agent++) {
        assertThat(pool.run(agent, "", "ls /c").lines())
            .containsExactly("base", "later", "one", "two");
      }
    }
  }

  @Test
  void aStepThatOnlyReadsAndLeavesLastPublishesWhatOthersChanged() throws Exception {
    Path vault = directory.resolve("vault");
    try (CachePool pool = new CachePool(directory, 2).withVault(vault)) {
      pool.run(1, "", "echo one > /c/a");
      // Its mount is the directory itself: one that may be written shows no files that came since.
      String wait = "echo at work; until [ -e /c/go ]; do sleep 0.05; done";
      Future<Ran> reader = begin(pool, () -> pool.run(1, CachePolicy.READ_ONLY, ",readonly", wait));
      Ran writer = pool.run(1, "", "echo uno > /c/a; echo two > /c/b");
      go(pool, 1);

      assertThat(writer.published()).as("another is in the directory").isEmpty();
      assertThat(reader.get().published())
          .extracting(BuildEvent.CachePublished::version)
          .containsExactly(2L);
      assertThat(reader.get().notices())
          .contains("the cache directory /c is published with what steps of other builds changed");
      for (int agent = 1; agent <= 2; agent++) {
        assertThat(pool.run(agent, "", "cat /c/a /c/b").lines()).containsExactly("uno", "two");
      }
    }
    try (CachePool fresh = new CachePool(directory.resolve("fresh"), 1).withVault(vault)) {
      assertThat(fresh.run(1, "", "cat /c/a /c/b").lines()).containsExactly("uno", "two");
    }
  }

  @Test
  void whatAHostileAgentSendsIsRefusedAndTheBuildGoesOnCold() throws Exception {
    Bytes patchBomb = PatchBomb.to(Digest.of("any"));
    Map<String, UnaryOperator<CacheReplicas>> hostile =
        Map.of(
            "a patch cannot be unpacked", own -> FailingReplicas.garbage("readPatch", own),
            "a patch of a cache manifest of",
                own -> FailingReplicas.endless("readPatch", ENDLESS, own),
            "a patch unpacks to more than a manifest can be",
                own -> FailingReplicas.answering("readPatch", patchBomb, own),
            "a batch of chunks is not packed", own -> FailingReplicas.garbage("readChunks", own),
            "would unpack to 2147483647 bytes",
                own -> FailingReplicas.answering("readChunks", BOMB, own),
            "received a chunk of sha256:", FailingReplicas::exchangingChunks,
            "unknown kind of entry: 5", own -> FailingReplicas.renaming(FILE, DEVICE, own),
            "not a path inside a cache directory: \"../x\"",
                own -> FailingReplicas.renaming("good", "../x", own),
            "not a path inside a cache directory: \"/etc\"",
                own -> FailingReplicas.renaming("good", "/etc", own),
            "the patch makes", own -> FailingReplicas.renaming("good", "evil", own));
    FailingReplicas first = new FailingReplicas();
    try (CachePool pool = new CachePool(directory, 2, first::before)) {
      for (var one : hostile.entrySet()) {
        String id = ",id=" + one.getKey().hashCode();
        pool.run(1, id, "echo good > /c/good");
        first.answers = one.getValue();
        Ran second = pool.run(2, id, "ls /c | wc -l; echo mine > /c/mine");
        first.answers = UnaryOperator.identity();

        assertThat(second.succeeded()).as(one.getKey()).isTrue();
        assertThat(second.lines()).as(one.getKey()).containsExactly("0");
        assertThat(second.published()).as(one.getKey()).hasSize(1);
        assertThat(second.notices())
            .anyMatch(n -> n.contains("cannot be had from agent-1: ") && n.contains(one.getKey()));
      }
    }
  }
}
