package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.map.IMap;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.CacheVersion;
import io.jenkins.plugins.dockerfilebuild.coordination.DirectoryVersions;
import io.jenkins.plugins.dockerfilebuild.coordination.DirectoryVersions.Holding;
import io.jenkins.plugins.dockerfilebuild.coordination.SharedRecords;
import io.jenkins.plugins.dockerfilebuild.coordination.SharedRecords.Change;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stranger who reaches the port of a member may write there, and nobody believes it. */
@Timeout(60)
class PlantedRecordsTest {

  private static final DirectoryVersions OURS = versions("ours");
  private static final DirectoryVersions PLANTED = versions("planted");

  private final String key = UUID.randomUUID().toString();
  private final SharedRecords<DirectoryVersions> ours =
      TwoMembers.records(0, SharedMaps.VERSIONS, DirectoryVersions.class);
  private final IMap<String, Object> map = TwoMembers.FIRST.instance().getMap(SharedMaps.VERSIONS);

  @Test
  void whoDoesNotKnowTheSecretPlantsNothing() {
    for (String secret : List.of("", "guessed")) {
      knowing(secret).update(key, none -> Change.to(PLANTED, ""));

      assertThat(map.get(key)).isNotNull();
      assertThat(ours.get(key)).isEmpty();
      assertThat(ours.getAll(Set.of(key))).isEmpty();
    }
  }

  @Test
  void whatIsPlantedIsReplacedByWhatIsTrue() {
    for (Object planted : List.of(new byte[] {2}, new byte[0], "text", new Secret())) {
      map.set(key, planted);

      Optional<DirectoryVersions> seen = ours.update(key, before -> Change.to(OURS, before));
      assertThat(seen).isEmpty();
      assertThat(ours.get(key)).contains(OURS);
    }
  }

  /** Refused by the filter when it is read. */
  private static final class Secret implements java.io.Serializable {
    private static final long serialVersionUID = 1;
  }

  @Test
  void oneRecordOfOursThatIsNotReadableDoesNotHideTheOthers() {
    String other = UUID.randomUUID().toString();
    ours.update(other, none -> Change.to(OURS, ""));
    map.set(key, new Secret());

    assertThat(ours.getAll(Set.of(key, other))).isEqualTo(Map.of(other, OURS));
  }

  @Test
  void aRecordCountsInItsOwnPlaceOnly() {
    String other = UUID.randomUUID().toString();
    ours.update(other, none -> Change.to(OURS, ""));
    map.set(key, map.get(other));
    byte[] changed = ((byte[]) map.get(other)).clone();
    changed[changed.length - 1] ^= 1;

    assertThat(ours.get(key)).isEmpty();
    map.set(other, changed);
    assertThat(ours.get(other)).isEmpty();
  }

  @Test
  void theAdministratorIsToldOnce() {
    Logger log = Logger.getLogger(ClusterSeal.class.getName());
    Told told = new Told();
    log.addHandler(told);
    log.setUseParentHandlers(false);
    try {
      SharedRecords<DirectoryVersions> reader = knowing("s3cret");
      map.set(key, new byte[] {1});
      assertThat(reader.get(key)).isEmpty();
      assertThat(reader.get(key)).isEmpty();
    } finally {
      log.removeHandler(told);
      log.setUseParentHandlers(true);
    }
    assertThat(told.places).containsExactly(SharedMaps.VERSIONS + "/" + key);
  }

  private static final class Told extends Handler {

    private final List<Object> places = new java.util.ArrayList<>();

    @Override
    public void publish(LogRecord told) {
      places.add(told.getParameters()[0]);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private SharedRecords<DirectoryVersions> knowing(String secret) {
    return new HazelcastRecords<>(map, DirectoryVersions.class, new ClusterSeal(secret));
  }

  private static DirectoryVersions versions(String content) {
    return new DirectoryVersions(
        7,
        Map.of("id", new Holding("agent", new CacheVersion(3, Digest.of(content), 1, 2, 3))),
        Map.of());
  }

  @Test
  void aRecordIsReadAsItWasWritten() {
    ours.update(key, none -> Change.to(OURS, ""));

    assertThat(TwoMembers.records(1, SharedMaps.VERSIONS, DirectoryVersions.class).get(key))
        .isEqualTo(Optional.of(OURS));
  }
}
