package io.jenkins.plugins.dockerfilebuild.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.build.CachePool.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed while they hold, bring up and publish cache directories. */
@Timeout(300)
class CacheCrashIT {

  private static final String FILL =
      "mkdir /c/d && for i in $(seq 300); do head -c 200000 /dev/urandom > /c/d/f$i; done;"
          + " cd /c && sha256sum d/* > sums";

  private static final String CHECK = "cd /c && sha256sum -c sums > /dev/null && ls d | wc -l";

  @TempDir private Path directory;

  @Test
  void whatAStepWroteWhoseProcessWasKilledIsGivenUpAndTheDirectoryIsFree() throws Exception {
    try (CachePool pool = new CachePool(directory, 2)) {
      pool.run(1, ",sharing=locked", "echo good > /c/a");
    }
    try (CachePoolProcess build =
        CachePoolProcess.start(
            directory,
            1,
            ",sharing=locked",
            "echo torn > /c/a; echo x > /c/b; echo at work; sleep 300")) {
      build.await(event -> event.contains("StepPrinted") && event.contains("at work"));
      build.kill();
    }
    try (CachePool pool = new CachePool(directory, 2)) {
      Ran other = pool.run(2, ",sharing=locked", "ls /c");
      assertThat(other.lines()).doesNotContain("b");
      Ran own = pool.run(1, ",sharing=locked", "ls /c");
      assertThat(own.lines()).doesNotContain("b");
    }
  }

  @Test
  void theOnlyCopyOfWhatAKilledStepDidNotTouchIsKept() throws Exception {
    try (CachePool pool = new CachePool(directory, 2)) {
      pool.run(1, "", FILL);
    }
    try (CachePoolProcess build =
        CachePoolProcess.start(directory, 1, "", "echo x > /c/new; echo at work; sleep 300")) {
      build.await(event -> event.contains("StepPrinted") && event.contains("at work"));
      build.kill();
    }
    try (CachePool pool = new CachePool(directory, 2)) {
      for (int agent = 2; agent >= 1; agent--) {
        Ran ran = pool.run(agent, "", CHECK + "; ls /c/new 2> /dev/null; true");
        assertThat(ran.lines()).containsExactly("300");
      }
    }
  }

  @Test
  void aReplicaWhoseBringingUpWasKilledIsBroughtUpAgain() throws Exception {
    try (CachePool pool = new CachePool(directory, 2)) {
      pool.run(1, "", FILL);
      pool.run(2, "", "true");
      pool.run(1, "", "rm -r /c/d; " + FILL);
    }
    try (CachePoolProcess build = CachePoolProcess.start(directory, 2, "", CHECK)) {
      while (build.isAlive() && stagedFiles() < 20) {
        Thread.onSpinWait();
      }
      build.kill();
    }
    try (CachePool pool = new CachePool(directory, 2)) {
      Ran again = pool.run(2, "", CHECK);
      assertThat(again.lines()).containsExactly("300");
      assertThat(again.cache().version()).isEqualTo(2);
    }
  }

  @Test
  void aVersionWhosePublishingWasKilledIsThereOrIsNot() throws Exception {
    try (CachePool pool = new CachePool(directory, 2)) {
      pool.run(1, "", FILL);
    }
    try (CachePoolProcess build =
        CachePoolProcess.start(directory, 1, "", "rm -r /c/d; " + FILL + "; echo next > /c/next")) {
      build.await(event -> event.contains("StepFinished"));
      build.kill();
    }
    try (CachePool pool = new CachePool(directory, 2)) {
      Ran on2 = pool.run(2, "", "cd /c; sha256sum -c sums 2>&1 | grep -c OK; cat next; true");
      long version = on2.cache().version();
      // Either the next version as a whole, or what is left of the first: no torn mixture of both.
      assertThat(version).isBetween(1L, 2L);
      if (version == 2) {
        assertThat(on2.lines()).containsExactly("300", "next");
      } else {
        assertThat(on2.lines()).doesNotContain("next");
      }
    }
  }

  private long stagedFiles() throws IOException {
    Path cache = directory.resolve("agent-2");
    try (Stream<Path> all = Files.walk(cache)) {
      return all.filter(path -> path.toString().contains("/staging/")).count();
    } catch (java.io.UncheckedIOException changing) {
      return 0;
    }
  }
}
