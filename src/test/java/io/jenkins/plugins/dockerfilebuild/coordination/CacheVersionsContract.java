package io.jenkins.plugins.dockerfilebuild.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Which version is the newest, who holds it, and who may publish: whatever the index is kept in,
 * and whichever of two processes asks.
 */
@Timeout(60)
public abstract class CacheVersionsContract {

  private final CacheKey key =
      new CacheKey(UUID.randomUUID().toString(), "m2", "linux/amd64", "", 0755, 0, 0);

  private CacheVersions versions;
  private CacheVersions others;

  /**
   * @param process 0 or 1; both see the same index
   */
  protected abstract SharedRecords<DirectoryVersions> directories(int process);

  @BeforeEach
  void open() {
    versions = new RecordCacheVersions(directories(0));
    others = new RecordCacheVersions(directories(1));
  }

  @Test
  void theNewestVersionHasAllItsHolders() {
    versions.publish(key, 0, version(1, "a"), "agent-1", 10);
    versions.publish(key, 1, version(2, "b"), "agent-1", 11);
    versions.held(key, version(2, "b"), "agent-2");
    versions.held(key, version(1, "a"), "agent-3");

    assertThat(others.newest(key))
        .contains(new Newest(version(2, "b"), Set.of("agent-1", "agent-2")));
    assertThat(others.holdings(key)).containsEntry("agent-3", version(1, "a")).hasSize(3);
  }

  @Test
  void writersThatRacedAreToldToMerge() {
    versions.publish(key, 0, version(1, "a"), "agent-1", 10);
    versions.publish(key, 1, version(2, "b"), "agent-1", 11);

    assertThat(others.publish(key, 1, version(2, "c"), "agent-2", 12))
        .isEqualTo(new Publication.Outdated(new Newest(version(2, "b"), Set.of("agent-1"))));
    assertThat(versions.publish(key, 2, version(3, "d"), "agent-2", 12))
        .isEqualTo(new Publication.Published());
  }

  @Test
  void aSlowHolderCannotPublishOverItsSuccessor() {
    versions.open(key, 10, true);
    others.open(key, 11, true);

    assertThat(versions.publish(key, 0, version(1, "slow"), "agent-1", 10))
        .isEqualTo(new Publication.Fenced(11));
    assertThat(versions.publish(key, 0, version(1, "new"), "agent-2", 11))
        .isEqualTo(new Publication.Published());
  }

  @Test
  void whatNobodyCanGiveIsPassedOverAndRememberedUntilItsAgentHasMore() {
    versions.register("agent-1", Map.of(key, version(1, "a")));
    versions.register("agent-2", Map.of(key, version(1, "a")));
    versions.publish(key, 1, version(2, "b"), "agent-1", 10);
    assertThat(versions.newest(key, holder -> !holder.equals("agent-1")))
        .contains(new Newest(version(1, "a"), Set.of("agent-2")));

    versions.passOver(key, version(2, "b"));
    assertThat(others.publish(key, 1, version(3, "c"), "agent-2", 11))
        .isEqualTo(new Publication.Published());

    versions.register("agent-1", Map.of(key, version(2, "b")));
    assertThat(others.newest(key)).contains(new Newest(version(3, "c"), Set.of("agent-2")));
    assertThat(others.isPassedOver(key, "agent-1")).isTrue();
    assertThat(others.isPassedOver(key, "agent-2")).isFalse();

    versions.publish(key, 3, version(4, "b and c"), "agent-1", 12);
    assertThat(others.isPassedOver(key, "agent-1")).isFalse();
  }

  @Test
  void anAgentThatWasLostAndComesBackHasTheNewestVersionOnlyIfNobodyWentOnWithoutIt() {
    versions.publish(key, 0, version(1, "a"), "agent-1", 10);
    versions.forget("agent-1");
    assertThat(versions.highest(key)).isEqualTo(1);

    versions.register("agent-1", Map.of(key, version(1, "a")));
    assertThat(versions.newest(key)).contains(new Newest(version(1, "a"), Set.of("agent-1")));
    assertThat(versions.isPassedOver(key, "agent-1")).isFalse();

    versions.unreachable(key, "agent-1");
    versions.publish(key, 0, version(2, "b"), "agent-2", 11);
    versions.register("agent-1", Map.of(key, version(1, "a")));
    assertThat(versions.newest(key)).contains(new Newest(version(2, "b"), Set.of("agent-2")));
    assertThat(versions.isPassedOver(key, "agent-1")).isTrue();
  }

  @Test
  void anAgentThatIsCutOffWhileItUnitesHasNotPublishedWhatItHadAlone() {
    versions.publish(key, 0, version(1, "a"), "agent-1", 10);
    versions.unreachable(key, "agent-1");
    versions.publish(key, 0, version(2, "b"), "agent-2", 11);

    // It came back, had version 2 beside its own in its directory, and was killed.
    versions.register("agent-1", Map.of(key, version(2, "b")));
    assertThat(others.isPassedOver(key, "agent-1")).isTrue();

    versions.publish(key, 2, version(3, "a and b"), "agent-1", 12);
    assertThat(others.isPassedOver(key, "agent-1")).isFalse();
  }

  @Test
  void thoseWhoShareDoNotFenceOneAnother() {
    versions.open(key, 10, false);
    versions.open(key, 11, false);

    assertThat(versions.publish(key, 0, version(1, "a"), "agent-1", 10))
        .isEqualTo(new Publication.Published());
  }

  @Test
  void whatAgentsHoldMakesTheIndexAnew() {
    versions.register("agent-1", Map.of(key, version(4, "d")));
    versions.register("agent-2", Map.of(key, version(3, "c")));
    assertThat(versions.newest(key)).contains(new Newest(version(4, "d"), Set.of("agent-1")));

    versions.forget("agent-1");
    assertThat(versions.newest(key)).contains(new Newest(version(3, "c"), Set.of("agent-2")));

    versions.dropped(key, "agent-2");
    assertThat(versions.newest(key)).isEqualTo(Optional.empty());
  }

  @Test
  void anOldAnswerOfAnAgentDoesNotUndoWhatItPublishedMeanwhile() {
    versions.publish(key, 0, version(1, "a"), "agent-1", 10);
    versions.publish(key, 1, version(2, "b"), "agent-1", 11);

    versions.register("agent-1", Map.of(key, version(1, "a")));
    versions.register("agent-1", Map.of());

    assertThat(versions.newest(key)).contains(new Newest(version(2, "b"), Set.of("agent-1")));
  }

  @Test
  void aPublicationWhoseAnswerWasLostIsNotTakenForAnothers() {
    versions.publish(key, 0, version(1, "a"), "agent-1", 10);

    assertThat(versions.publish(key, 0, version(1, "a"), "agent-1", 10))
        .isEqualTo(new Publication.Published());
    assertThat(others.publish(key, 0, version(1, "a"), "agent-2", 11))
        .isInstanceOf(Publication.Outdated.class);
  }

  @Test
  void ofManyWritersEachSucceedsOnceForEachNumber() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    List<Callable<Integer>> writers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String agent = "agent-" + i;
      CacheVersions index = i % 2 == 0 ? versions : others;
      writers.add(() -> published(index, agent, 20));
    }
    int published = 0;
    for (Future<Integer> one : threads.invokeAll(writers)) {
      published += one.get();
    }
    threads.shutdown();

    assertThat(published).isEqualTo(120);
    assertThat(versions.newest(key).orElseThrow().version().number()).isEqualTo(120);
  }

  private int published(CacheVersions index, String agent, int times) {
    for (int done = 0; done < times; ) {
      long base = index.newest(key).map(found -> found.version().number()).orElse(0L);
      CacheVersion next = version(base + 1, agent + " " + done);
      if (index.publish(key, base, next, agent, 10) instanceof Publication.Published) {
        done++;
      }
    }
    return times;
  }

  private static CacheVersion version(long number, String content) {
    return new CacheVersion(number, Digest.of(content), 1, 1, 1_000 + number);
  }
}
