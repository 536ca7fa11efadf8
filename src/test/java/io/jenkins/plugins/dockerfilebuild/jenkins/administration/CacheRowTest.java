package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.HeldVersion;
import io.jenkins.plugins.dockerfilebuild.execution.CacheWorth;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Directories of several agents as rows of the caches' page. */
class CacheRowTest {

  @Test
  void aRowGathersWhatAgentsHoldOfOneDirectory() {
    List<CacheRow> rows =
        CacheRow.of(
            List.of(
                held("agent-1", "m2", 100, 10, 3),
                held("agent-2", "m2", 50, 20, 2),
                held("agent-1", "npm", 7, 30, 1)));
    assertThat(rows).extracting(CacheRow::getId).containsExactly("npm", "m2");
    CacheRow m2 = rows.get(1);
    assertThat(m2.getVersion()).isEqualTo(3);
    assertThat(m2.getBytes()).isEqualTo(150);
    assertThat(m2.getLastUsedMillis()).isEqualTo(20);
    assertThat(m2.getHoldings())
        .extracting(CacheHolding::getAgent)
        .containsExactly("agent-1", "agent-2");
  }

  @Test
  void aDirectoryWithoutAVersionHasVersionZero() {
    CacheDirectory directory = directory("m2", "0123456789ab-0", 1, 1);
    assertThat(CacheHolding.of("agent-1", directory, List.of()).getVersion()).isZero();
  }

  private static CacheHolding held(
      String agent, String id, long bytes, long lastUsedMillis, long version) {
    CacheKey key = new CacheKey("job", id, "linux/amd64", "", CacheKey.DEFAULT_MODE, 0, 0);
    String instance = key.hex().substring(0, 12) + "-0";
    HeldVersion held = new HeldVersion(key, version, Digest.of(id), 1, bytes, 0);
    return CacheHolding.of(agent, directory(id, instance, bytes, lastUsedMillis), List.of(held));
  }

  private static CacheDirectory directory(
      String id, String instance, long bytes, long lastUsedMillis) {
    return new CacheDirectory(
        "job", id, instance, bytes, 1, 0, lastUsedMillis, false, CacheWorth.UNKNOWN);
  }
}
