package io.jenkins.plugins.dockerfilebuild.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.build.CachePool.Ran;
import io.jenkins.plugins.dockerfilebuild.execution.CacheLimits;
import io.jenkins.plugins.dockerfilebuild.scheduling.CachePolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cache directories that follow builds between two agents, on real engines. */
class CachePoolIT {

  @TempDir private Path directory;

  @Test
  void aCacheFollowsTheBuildToAnotherAgentAndBack() throws Exception {
    try (CachePool pool = new CachePool(directory, 2)) {
      Ran first = pool.run(1, "", "head -c 300000 /dev/urandom > /c/big && sha256sum < /c/big");
      assertThat(first.cache().hit()).isEqualTo("COLD");
      assertThat(first.published()).extracting(p -> p.version()).containsExactly(1L);

      Ran second = pool.run(2, "", "sha256sum < /c/big; echo two > /c/more");
      assertThat(second.lines()).isEqualTo(first.lines());
      assertThat(second.cache().hit()).isEqualTo("SYNCED");
      assertThat(second.cache().version()).isEqualTo(1);
      assertThat(second.cache().sync().orElseThrow().bytesFrom()).containsOnlyKeys("agent-1");

      Ran third = pool.run(1, "", "cat /c/more");
      assertThat(third.lines()).containsExactly("two");
      assertThat(third.cache().version()).isEqualTo(2);
      assertThat(third.cache().bytesReceived()).isBetween(1L, 2_000L);
      assertThat(third.published()).isEmpty();

      assertThat(pool.run(1, "", "ls /c").cache().hit()).isEqualTo("WARM");
    }
  }

  @Test
  void whatAgentsHoldSurvivesTheProcess() throws Exception {
    try (CachePool pool = new CachePool(directory, 2)) {
      pool.run(1, "", "echo one > /c/a");
      pool.run(2, "", "echo two > /c/b");
    }
    try (CachePool pool = new CachePool(directory, 2)) {
      Ran again = pool.run(1, "", "cat /c/a /c/b");
      assertThat(again.lines()).containsExactly("one", "two");
      assertThat(again.cache().version()).isEqualTo(2);
    }
  }

  @Test
  void aFailedRunKeepsWhatItCached() throws Exception {
    try (CachePool pool = new CachePool(directory, 2)) {
      Ran failed = pool.run(1, "", "echo kept > /c/a; false");
      assertThat(failed.succeeded()).isFalse();
      assertThat(failed.cache().hit()).isEqualTo("COLD");
      assertThat(pool.run(2, "", "cat /c/a").lines()).containsExactly("kept");
    }
  }

  @Test
  void withLockedNoUpdateIsLost() throws Exception {
    try (CachePool pool = new CachePool(directory, 2)) {
      pool.run(1, ",sharing=locked", "echo 0 > /c/counter");
      List<Ran> all =
          concurrently(
              10,
              i ->
                  pool.run(
                      1 + i % 2,
                      ",sharing=locked",
                      "n=$(cat /c/counter); sleep 0.1; echo $((n + 1)) > /c/counter"));
      assertThat(all).allMatch(Ran::succeeded);
      Ran last = pool.run(1, ",sharing=locked", "cat /c/counter");
      assertThat(last.lines()).containsExactly("10");
      assertThat(last.cache().version()).isEqualTo(11);
      assertThat(all.stream().flatMap(ran -> ran.notices().stream()))
          .anyMatch(
              notice ->
                  notice.matches("waits for the cache directory /c: a build, step .* holds .*"));
    }
  }

  @Test
  void withSharedNothingThatOneAddedVanishes() throws Exception {
    try (CachePool pool = new CachePool(directory, 2)) {
      List<Ran> all =
          concurrently(
              10, i -> pool.run(1 + i % 2, "", "echo %d > /c/f%d; sleep 0.2".formatted(i, i)));
      assertThat(all).allMatch(Ran::succeeded);
      for (int agent = 1; agent <= 2; agent++) {
        assertThat(pool.run(agent, "", "cat /c/f* | sort -n").lines())
            .isEqualTo(IntStream.range(0, 10).mapToObj(String::valueOf).toList());
      }
    }
  }

  @Test
  void aPrivateUseHasTheNewestVersionAndItsOwnCopy() throws Exception {
    try (CachePool pool = new CachePool(directory, 2)) {
      pool.run(1, ",sharing=private", "echo base > /c/base");
      List<Ran> all =
          concurrently(
              4,
              i ->
                  pool.run(
                      1 + i % 2,
                      ",sharing=private",
                      "cat /c/base; echo x > /c/mine%d; sleep 0.5; ls /c | grep -c mine"
                          .formatted(i)));
      assertThat(all).allMatch(ran -> ran.lines().get(0).equals("base"));
      assertThat(pool.run(2, ",sharing=private", "ls /c | grep -c mine").lines())
          .containsExactly("4");
    }
  }

  @Test
  void whatAnUntrustedBuildWritesIsDiscarded() throws Exception {
    try (CachePool pool = new CachePool(directory, 2)) {
      pool.run(1, "", "echo good > /c/a");
      for (int agent = 1; agent <= 2; agent++) {
        Ran untrusted =
            pool.run(
                agent, CachePolicy.READ_ONLY, "", "cat /c/a; echo bad > /c/a; echo bad > /c/b");
        assertThat(untrusted.lines()).containsExactly("good");
        assertThat(untrusted.published()).isEmpty();
        assertThat(untrusted.notices())
            .containsExactly(
                "cache directories are only read: what steps write there is discarded");
        assertThat(pool.run(agent, "", "cat /c/*").lines()).containsExactly("good");
      }
    }
  }

  @Test
  void agentsThatAreNewStartWarmFromTheVault() throws Exception {
    Path vault = directory.resolve("vault");
    try (CachePool pool = new CachePool(directory.resolve("gone"), 1).withVault(vault)) {
      pool.run(1, "", "echo one > /c/a");
      pool.run(1, "", "echo two > /c/b");
    }
    try (CachePool pool = new CachePool(directory.resolve("fresh"), 2).withVault(vault)) {
      Ran first = pool.run(2, "", "cat /c/a /c/b");
      assertThat(first.lines()).containsExactly("one", "two");
      assertThat(first.cache().version()).isEqualTo(2);
      assertThat(first.cache().sync().orElseThrow().bytesFrom()).containsOnlyKeys(" vault");
    }
  }

  @Test
  void aForkBeginsWithItsParentAndKeepsWhatItWritesForItself() throws Exception {
    try (CachePool pool = new CachePool(directory, 2)) {
      pool.run(1, "", "echo main > /c/a");
      CachePolicy fork = CachePolicy.fork("pr-7");
      Ran first = pool.run(2, fork, "", "cat /c/a; echo forked > /c/b");
      assertThat(first.lines()).containsExactly("main");
      assertThat(first.published()).extracting(p -> p.version()).containsExactly(2L);
      assertThat(first.notices())
          .containsExactly(
              "cache directories are forked: only builds of pr-7 see what steps write");

      assertThat(pool.run(1, fork, "", "cat /c/a /c/b").lines()).containsExactly("main", "forked");
      assertThat(pool.run(1, CachePolicy.fork("pr-8"), "", "ls /c").lines()).containsExactly("a");
      assertThat(pool.run(2, "", "ls /c").lines()).containsExactly("a");
    }
  }

  @Test
  void aDirectoryThatExceedsItsLimitGoesAfterTheBuildWhichSaysWhy() throws Exception {
    CacheLimits limits =
        new CacheLimits(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.of(100_000),
            Optional.empty(),
            Duration.ZERO);
    try (CachePool pool = new CachePool(directory, 1)) {
      Ran ran =
          pool.run(
              1, CachePolicy.READ_WRITE.within(limits), "", "head -c 300000 /dev/urandom > /c/big");

      assertThat(ran.notices())
          .anyMatch(
              n ->
                  n.matches("removed the cache directory /c of .* from agent-1, 0\\.3 MB: .*")
                      && n.contains("it alone exceeds its limit of 0.1 MB"));
      assertThat(pool.run(1, "", "ls /c").cache().hit()).isEqualTo("COLD");
    }
  }

  /** One of several builds at once. */
  @FunctionalInterface
  private interface Build {
    Ran run(int number) throws IOException, InterruptedException;
  }

  private static List<Ran> concurrently(int count, Build build) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<Ran>> futures = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        futures.add(threads.submit(() -> build.run(number)));
      }
      List<Ran> all = new ArrayList<>();
      for (Future<Ran> future : futures) {
        all.add(future.get());
      }
      return all;
    } finally {
      threads.shutdownNow();
    }
  }
}
