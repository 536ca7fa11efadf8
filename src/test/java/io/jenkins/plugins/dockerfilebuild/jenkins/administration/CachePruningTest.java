package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.CacheLimits;
import io.jenkins.plugins.dockerfilebuild.execution.CacheWorth;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What the caches' page may remove. */
class CachePruningTest {

  private static final CacheDirectories.CacheDirectory M2 = directory("folder/job", "m2");
  private static final CacheDirectories.CacheDirectory NPM = directory("folder/job", "npm");

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

  @Test
  void onlyTheChosenDirectoriesGo() {
    String row = CacheRow.name(M2.namespace(), M2.id());
    assertThat(CachePruning.of(Set.of(row), "", "").on(new Directories())).containsExactly(M2);
  }

  @Test
  void anAgeAloneIsForAllDirectories() {
    assertThat(CachePruning.of(Set.of(), "", "1").on(new Directories())).containsExactly(M2, NPM);
  }

  /** The end of a namespace is not taken for the beginning of an id. */
  @Test
  void rowsOfOtherNamespacesHaveOtherNames() {
    assertThat(CacheRow.name("job", "m2")).isNotEqualTo(CacheRow.name("jobm", "2"));
  }

  private static CacheDirectories.CacheDirectory directory(String namespace, String id) {
    return new CacheDirectories.CacheDirectory(
        namespace, id, id + "-0", 1, 1, 0, 0, false, CacheWorth.UNKNOWN);
  }

  /** An agent that would remove all that it is asked about. */
  private static final class Directories implements CacheDirectories {

    @Override
    public List<CacheDirectory> list() {
      return List.of(M2, NPM);
    }

    @Override
    public List<CacheDirectory> prune(Predicate<CacheDirectory> which, CacheLimits limits) {
      return list().stream().filter(which).toList();
    }
  }
}
