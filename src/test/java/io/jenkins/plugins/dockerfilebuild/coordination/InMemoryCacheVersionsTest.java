package io.jenkins.plugins.dockerfilebuild.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Newest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersions.Publication;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which version is the newest, who holds it, and who may publish. */
class InMemoryCacheVersionsTest {

  private static final CacheKey KEY = new CacheKey("ns", "m2", "linux/amd64", "", 0755, 0, 0);

  private final InMemoryCacheVersions versions = new InMemoryCacheVersions();

  @Test
  void theNewestVersionHasAllItsHolders() {
    versions.publish(KEY, 0, version(1, "a"), "agent-1", 10);
    versions.publish(KEY, 1, version(2, "b"), "agent-1", 11);
    versions.held(KEY, version(2, "b"), "agent-2");
    versions.held(KEY, version(1, "a"), "agent-3");

    assertThat(versions.newest(KEY))
        .contains(new Newest(version(2, "b"), Set.of("agent-1", "agent-2")));
    assertThat(versions.holdings(KEY)).containsEntry("agent-3", version(1, "a")).hasSize(3);
  }

  @Test
  void writersThatRacedAreToldToMerge() {
    versions.publish(KEY, 0, version(1, "a"), "agent-1", 10);
    versions.publish(KEY, 1, version(2, "b"), "agent-1", 11);

    assertThat(versions.publish(KEY, 1, version(2, "c"), "agent-2", 12))
        .isEqualTo(new Publication.Outdated(new Newest(version(2, "b"), Set.of("agent-1"))));
    assertThat(versions.publish(KEY, 2, version(3, "d"), "agent-2", 12))
        .isEqualTo(new Publication.Published());
  }

  @Test
  void aSlowHolderCannotPublishOverItsSuccessor() {
    versions.open(KEY, 10, true);
    versions.open(KEY, 11, true);

    assertThat(versions.publish(KEY, 0, version(1, "slow"), "agent-1", 10))
        .isEqualTo(new Publication.Fenced(11));
    assertThat(versions.publish(KEY, 0, version(1, "new"), "agent-2", 11))
        .isEqualTo(new Publication.Published());
  }

  @Test
  void thoseWhoShareDoNotFenceOneAnother() {
    versions.open(KEY, 10, false);
    versions.open(KEY, 11, false);

    assertThat(versions.publish(KEY, 0, version(1, "a"), "agent-1", 10))
        .isEqualTo(new Publication.Published());
  }

  @Test
  void whatAgentsHoldMakesTheIndexAnew() {
    versions.register("agent-1", Map.of(KEY, version(4, "d")));
    versions.register("agent-2", Map.of(KEY, version(3, "c")));
    assertThat(versions.newest(KEY)).contains(new Newest(version(4, "d"), Set.of("agent-1")));

    versions.forget("agent-1");
    assertThat(versions.newest(KEY)).contains(new Newest(version(3, "c"), Set.of("agent-2")));

    versions.dropped(KEY, "agent-2");
    assertThat(versions.newest(KEY)).isEqualTo(Optional.empty());
  }

  @Test
  void anOldAnswerOfAnAgentDoesNotUndoWhatItPublishedMeanwhile() {
    versions.publish(KEY, 0, version(1, "a"), "agent-1", 10);
    versions.publish(KEY, 1, version(2, "b"), "agent-1", 11);

    versions.register("agent-1", Map.of(KEY, version(1, "a")));
    versions.register("agent-1", Map.of());

    assertThat(versions.newest(KEY)).contains(new Newest(version(2, "b"), Set.of("agent-1")));
  }

  private static CacheVersion version(long number, String content) {
    return new CacheVersion(number, Digest.of(content), 1, 1, 1_000 + number);
  }
}
