package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the caches' page may remove. */
class CachePruningTest {

  @Test
  void nothingSaidRemovesNothing() {
    assertThatThrownBy(() -> CachePruning.of(Set.of(), "", " "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Choose directories");
  }

  @Test
  void whatIsNoNumberIsRefusedByName() {
    assertThatThrownBy(() -> CachePruning.of(Set.of(), "-1", ""))
        .hasMessageContaining("keepGigabytes: \"-1\"");
    assertThatThrownBy(() -> CachePruning.of(Set.of(), "", "a week"))
        .hasMessageContaining("olderThanDays: \"a week\"");
  }

  @Test
  void sizesAreDecimalAndAgesAreDays() {
    CachePruning pruning = CachePruning.of(Set.of(), "10", "14");
    assertThat(pruning.keepBytes()).isEqualTo(OptionalLong.of(10_000_000_000L));
    assertThat(pruning.olderThan()).isEqualTo(Duration.ofDays(14));
  }

  /** The end of a namespace is not taken for the beginning of an id. */
  @Test
  void rowsOfOtherNamespacesHaveOtherNames() {
    assertThat(CacheRow.name("job", "m2")).isNotEqualTo(CacheRow.name("jobm", "2"));
  }
}
