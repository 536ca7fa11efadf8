package io.jenkins.plugins.dockerfilebuild.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.BaseVersion;
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

  private static final VersionHolder AGENT_1 = new VersionHolder("id-1", "agent-1");
  private static final VersionHolder AGENT_2 = new VersionHolder("id-2", "agent-2");
  private static final VersionHolder AGENT_3 = new VersionHolder("id-3", "agent-3");

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
    versions.publish(key, BaseVersion.NONE, version(1, "a"), AGENT_1, 10);
    versions.publish(key, base(1, "a"), version(2, "b"), AGENT_1, 11);
    versions.held(key, version(2, "b"), AGENT_2);
    versions.held(key, version(1, "a"), AGENT_3);

    assertThat(others.newest(key)).contains(new Newest(version(2, "b"), Set.of(AGENT_1, AGENT_2)));
    assertThat(others.holdings(key)).containsEntry(AGENT_3, version(1, "a")).hasSize(3);
  }

  @Test
  void twoMachinesOfOneNameAreTwo() {
    VersionHolder twin = new VersionHolder("id-of-the-twin", AGENT_1.name());
    versions.publish(key, BaseVersion.NONE, version(1, "a"), AGENT_1, 10);
    others.register(twin, Map.of(key, version(7, "what another pool had")));

    assertThat(versions.newest(key, AGENT_1::equals))
        .contains(new Newest(version(1, "a"), Set.of(AGENT_1)));
    others.dropped(key, twin);
    assertThat(versions.holdings(key)).isEqualTo(Map.of(AGENT_1, version(1, "a")));
  }

  @Test
  void oneMachineOfTwoNamesIsOne() {
    VersionHolder renamed = new VersionHolder(AGENT_1.id(), "as others call it");
    versions.publish(key, BaseVersion.NONE, version(1, "a"), AGENT_1, 10);
    others.publish(key, base(1, "a"), version(2, "b"), renamed, 11);

    Newest newest = versions.newest(key).orElseThrow();
    assertThat(newest).isEqualTo(new Newest(version(2, "b"), Set.of(AGENT_1)));
    assertThat(newest.holders()).extracting(VersionHolder::name).containsExactly(renamed.name());
    assertThat(versions.holdings(key)).hasSize(1);
  }

  @Test
  void ofAgentsThatComeAndGoWithoutEndThoseWithOldVersionsAreForgotten() {
    for (int i = 1; i <= DirectoryVersions.MOST_HELD + 1; i++) {
      versions.register(new VersionHolder("cloud-" + i, "cloud"), Map.of(key, version(i, "v" + i)));
    }

    assertThat(versions.holdings(key))
        .hasSize(DirectoryVersions.MOST_HELD)
        .doesNotContainKey(new VersionHolder("cloud-1", "cloud"));
  }

  @Test
  void writersThatRacedAreToldToMerge() {
    versions.publish(key, BaseVersion.NONE, version(1, "a"), AGENT_1, 10);
    versions.publish(key, base(1, "a"), version(2, "b"), AGENT_1, 11);

    assertThat(others.publish(key, base(1, "a"), version(2, "c"), AGENT_2, 12))
        .isEqualTo(new Publication.Outdated(new Newest(version(2, "b"), Set.of(AGENT_1))));
    assertThat(versions.publish(key, base(2, "b"), version(3, "d"), AGENT_2, 12))
        .isEqualTo(new Publication.Published());
  }

  /** As after a cluster had fallen into two parts, each of which published. */
  @Test
  void whoseBaseHasTheNumberOfTheNewestVersionButIsAnotherIsToldToMerge() {
    versions.register(AGENT_1, Map.of(key, version(2, "of one part")));
    versions.register(AGENT_2, Map.of(key, version(2, "of the other")));
    Newest newest = versions.newest(key).orElseThrow();
    boolean first = newest.holders().contains(AGENT_1);

    BaseVersion base = base(2, first ? "of the other" : "of one part");
    assertThat(others.publish(key, base, version(3, "c"), first ? AGENT_2 : AGENT_1, 12))
        .isEqualTo(new Publication.Outdated(newest));
  }

  @Test
  void aSlowHolderCannotPublishOverItsSuccessor() {
    versions.open(key, 10, true);
    others.open(key, 11, true);

    assertThat(versions.publish(key, BaseVersion.NONE, version(1, "slow"), AGENT_1, 10))
        .isEqualTo(new Publication.Fenced(11));
    assertThat(versions.publish(key, BaseVersion.NONE, version(1, "new"), AGENT_2, 11))
        .isEqualTo(new Publication.Published());
  }

  @Test
  void whatNobodyCanGiveIsPassedOverAndRememberedUntilItsAgentHasMore() {
    versions.register(AGENT_1, Map.of(key, version(1, "a")));
    versions.register(AGENT_2, Map.of(key, version(1, "a")));
    versions.publish(key, base(1, "a"), version(2, "b"), AGENT_1, 10);
    assertThat(versions.newest(key, holder -> !holder.equals(AGENT_1)))
        .contains(new Newest(version(1, "a"), Set.of(AGENT_2)));

    versions.passOver(key, version(2, "b"));
    assertThat(others.publish(key, base(1, "a"), version(3, "c"), AGENT_2, 11))
        .isEqualTo(new Publication.Published());

    versions.register(AGENT_1, Map.of(key, version(2, "b")));
    assertThat(others.newest(key)).contains(new Newest(version(3, "c"), Set.of(AGENT_2)));
    assertThat(others.isPassedOver(key, AGENT_1)).isTrue();
    assertThat(others.isPassedOver(key, AGENT_2)).isFalse();

    versions.publish(key, base(3, "c"), version(4, "b and c"), AGENT_1, 12);
    assertThat(others.isPassedOver(key, AGENT_1)).isFalse();
  }

  @Test
  void anAgentThatWasLostAndComesBackHasTheNewestVersionOnlyIfNobodyWentOnWithoutIt() {
    versions.publish(key, BaseVersion.NONE, version(1, "a"), AGENT_1, 10);
    versions.forget(AGENT_1);
    assertThat(versions.highest(key)).isEqualTo(1);

    versions.register(AGENT_1, Map.of(key, version(1, "a")));
    assertThat(versions.newest(key)).contains(new Newest(version(1, "a"), Set.of(AGENT_1)));
    assertThat(versions.isPassedOver(key, AGENT_1)).isFalse();

    versions.unreachable(key, AGENT_1);
    versions.publish(key, BaseVersion.NONE, version(2, "b"), AGENT_2, 11);
    versions.register(AGENT_1, Map.of(key, version(1, "a")));
    assertThat(versions.newest(key)).contains(new Newest(version(2, "b"), Set.of(AGENT_2)));
    assertThat(versions.isPassedOver(key, AGENT_1)).isTrue();
  }

  @Test
  void anAgentThatIsCutOffWhileItUnitesHasNotPublishedWhatItHadAlone() {
    versions.publish(key, BaseVersion.NONE, version(1, "a"), AGENT_1, 10);
    versions.unreachable(key, AGENT_1);
    versions.publish(key, BaseVersion.NONE, version(2, "b"), AGENT_2, 11);

    // It came back, had version 2 beside its own in its directory, and was killed.
    versions.register(AGENT_1, Map.of(key, version(2, "b")));
    assertThat(others.isPassedOver(key, AGENT_1)).isTrue();

    versions.publish(key, base(2, "b"), version(3, "a and b"), AGENT_1, 12);
    assertThat(others.isPassedOver(key, AGENT_1)).isFalse();
  }

  @Test
  void thoseWhoShareDoNotFenceOneAnother() {
    versions.open(key, 10, false);
    versions.open(key, 11, false);

    assertThat(versions.publish(key, BaseVersion.NONE, version(1, "a"), AGENT_1, 10))
        .isEqualTo(new Publication.Published());
  }

  @Test
  void whatAgentsHoldMakesTheIndexAnew() {
    versions.register(AGENT_1, Map.of(key, version(4, "d")));
    versions.register(AGENT_2, Map.of(key, version(3, "c")));
    assertThat(versions.newest(key)).contains(new Newest(version(4, "d"), Set.of(AGENT_1)));

    versions.forget(AGENT_1);
    assertThat(versions.newest(key)).contains(new Newest(version(3, "c"), Set.of(AGENT_2)));

    versions.dropped(key, AGENT_2);
    assertThat(versions.newest(key)).isEqualTo(Optional.empty());
  }

  @Test
  void anOldAnswerOfAnAgentDoesNotUndoWhatItPublishedMeanwhile() {
    versions.publish(key, BaseVersion.NONE, version(1, "a"), AGENT_1, 10);
    versions.publish(key, base(1, "a"), version(2, "b"), AGENT_1, 11);

    versions.register(AGENT_1, Map.of(key, version(1, "a")));
    versions.register(AGENT_1, Map.of());

    assertThat(versions.newest(key)).contains(new Newest(version(2, "b"), Set.of(AGENT_1)));
  }

  @Test
  void aPublicationWhoseAnswerWasLostIsNotTakenForAnothers() {
    versions.publish(key, BaseVersion.NONE, version(1, "a"), AGENT_1, 10);

    assertThat(versions.publish(key, BaseVersion.NONE, version(1, "a"), AGENT_1, 10))
        .isEqualTo(new Publication.Published());
    assertThat(others.publish(key, BaseVersion.NONE, version(1, "a"), AGENT_2, 11))
        .isInstanceOf(Publication.Outdated.class);
  }

  @Test
  void ofManyWritersEachSucceedsOnceForEachNumber() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    List<Callable<Integer>> writers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      VersionHolder agent = new VersionHolder("id-" + i, "agent");
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

  private int published(CacheVersions index, VersionHolder agent, int times) {
    for (int done = 0; done < times; ) {
      BaseVersion base =
          index.newest(key).map(found -> found.version().asBase()).orElse(BaseVersion.NONE);
      CacheVersion next = version(base.number() + 1, agent.id() + " " + done);
      if (index.publish(key, base, next, agent, 10) instanceof Publication.Published) {
        done++;
      }
    }
    return times;
  }

  private static BaseVersion base(long number, String content) {
    return version(number, content).asBase();
  }

  private static CacheVersion version(long number, String content) {
    return new CacheVersion(number, Digest.of(content), 1, 1, 1_000 + number);
  }
}
