package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.spi.merge.LatestUpdateMergePolicy;
import io.jenkins.plugins.dockerfilebuild.coordination.Coordination;
import java.time.Duration;
import java.util.List;

/** Our maps, by names that others in an existing cluster do not use. */
final class SharedMaps {

  static final String LEASES = "dockerfile-build.leases";
  static final String VERSIONS = "dockerfile-build.versions";
  static final String FLIGHTS = "dockerfile-build.flights";

  private SharedMaps() {}

  static List<MapConfig> configs() {
    return List.of(
        config(LEASES, Coordination.REMEMBERED),
        config(VERSIONS, Coordination.REMEMBERED),
        config(FLIGHTS, Coordination.LANDED));
  }

  /**
   * A record is there as long as one of the two members is that hold it. Where two halves of a
   * cluster have gone on alone, what was changed last stays.
   */
  private static MapConfig config(String name, Duration idle) {
    return new MapConfig(name)
        .setBackupCount(1)
        .setInMemoryFormat(InMemoryFormat.BINARY)
        .setMaxIdleSeconds((int) idle.toSeconds())
        .setStatisticsEnabled(false)
        .setPerEntryStatsEnabled(true)
        .setMergePolicyConfig(
            new MergePolicyConfig().setPolicy(LatestUpdateMergePolicy.class.getName()));
  }
}
