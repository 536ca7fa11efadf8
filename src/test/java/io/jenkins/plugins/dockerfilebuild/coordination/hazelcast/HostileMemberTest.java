package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializable;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.jenkins.plugins.dockerfilebuild.coordination.LeaseQueue;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A member that a stranger starts: Hazelcast as it comes. Whatever it sends by the name of a class
 * that is on our class path, that class is not made in a member of ours, and nothing of it runs.
 */
@Timeout(120)
class HostileMemberTest {

  /** What was read, or ran. */
  private static final AtomicInteger HARM = new AtomicInteger();

  private static HazelcastCluster ours;
  private static HazelcastInstance hostile;

  @BeforeAll
  static void start() {
    ours = HazelcastCluster.member(ClusterSettings.loopback());
    Config config = new Config();
    config.setClusterName(ClusterSettings.DEFAULT_NAME);
    config.setProperty("hazelcast.logging.type", "none");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.local.localAddress", "127.0.0.1");
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    config
        .getNetworkConfig()
        .getJoin()
        .getTcpIpConfig()
        .setEnabled(true)
        .addMember(ours.address().toString());
    config
        .getSerializationConfig()
        .addDataSerializableFactory(CallTask.FACTORY_ID, any -> new HostileAnswer());
    hostile = Hazelcast.newHazelcastInstance(config);
    assertThat(hostile.getCluster().getMembers()).hasSize(2);
  }

  @AfterAll
  static void stop() {
    hostile.getLifecycleService().terminate();
    ours.close();
  }

  @BeforeEach
  void noHarmYet() {
    HARM.set(0);
  }

  /** All ways in which Hazelcast sends an object with the name of its class. */
  static List<Callable<String>> planted() {
    return List.of(
        new Serialized(), new Externalized(), new Named(), new Fields(), new Components(1));
  }

  @ParameterizedTest
  @MethodSource("planted")
  void itsTasksAreNotRun(Callable<String> task) {
    Future<String> answer =
        hostile
            .getExecutorService("any")
            .submitToMember(task, ours.instance().getCluster().getLocalMember());

    assertThatThrownBy(answer::get).isNotNull();
    assertThat(HARM).hasValue(0);
  }

  @ParameterizedTest
  @MethodSource("planted")
  void whatItPutsInTheMapsIsNotMade(Callable<String> value) {
    String key = UUID.randomUUID().toString();
    hostile.getMap(SharedMaps.LEASES).set(key, value);

    var records = ours.records(SharedMaps.LEASES, LeaseQueue.class);

    assertThat(records.get(key)).isEmpty();
    assertThat(records.getAll(Set.of(key))).isEmpty();
    assertThat(HARM).hasValue(0);
    assertThat(ofOurClassPath(key)).isEmpty();
  }

  /** What our member makes of a value, if that is of a class that it was told to make. */
  private static Stream<Object> ofOurClassPath(String key) {
    try {
      return Stream.of(ours.instance().getMap(SharedMaps.LEASES).get(key))
          .filter(Callable.class::isInstance);
    } catch (RuntimeException refused) {
      return Stream.of();
    }
  }

  @Test
  void itsProcessorsOfEntriesAreNotRun() {
    IMap<String, Object> map = hostile.getMap(SharedMaps.LEASES);
    map.set("any", "lets members share the map's parts between them");
    String key =
        Stream.generate(() -> UUID.randomUUID().toString())
            .filter(k -> !hostile.getPartitionService().getPartition(k).getOwner().localMember())
            .findFirst()
            .orElseThrow();

    assertThatThrownBy(() -> map.executeOnKey(key, new Processor())).isNotNull();
    assertThat(HARM).hasValue(0);
  }

  @Test
  void itsAnswersAreNotMade() {
    UUID stranger = hostile.getCluster().getLocalMember().getUuid();

    var answer = new MemberCalls(ours).ask(stranger, new byte[] {1});

    // Hazelcast tells nobody of an answer that cannot be read; callers wait for a bounded time.
    assertThatThrownBy(() -> answer.get(3, TimeUnit.SECONDS)).isNotNull();
    assertThat(HARM).hasValue(0);
  }

  @Test
  void nobodyRunsScriptsOrReadsDataForAManagementCenter() {
    var center = ours.instance().getConfig().getManagementCenterConfig();

    assertThat(center.isScriptingEnabled()).isFalse();
    assertThat(center.isConsoleEnabled()).isFalse();
  }

  private static String harm() {
    HARM.incrementAndGet();
    return "done";
  }

  /** As Java serializes. */
  private static final class Serialized implements Callable<String>, Serializable {
    private static final long serialVersionUID = 1;

    private void readObject(ObjectInputStream in) {
      harm();
    }

    @Override
    public String call() {
      return harm();
    }
  }

  /** As Java serializes what sees to that itself. */
  public static final class Externalized implements Callable<String>, Externalizable {
    private static final long serialVersionUID = 1;

    @Override
    public void writeExternal(ObjectOutput out) {}

    @Override
    public void readExternal(ObjectInput in) {
      harm();
    }

    @Override
    public String call() {
      return harm();
    }
  }

  /** As Hazelcast writes what belongs to no factory. */
  public static final class Named implements Callable<String>, DataSerializable {

    @Override
    public void writeData(ObjectDataOutput out) {}

    @Override
    public void readData(ObjectDataInput in) {
      harm();
    }

    @Override
    public String call() {
      return harm();
    }
  }

  /** As Hazelcast writes what nobody told it how to write. */
  private static final class Fields implements Callable<String> {

    @SuppressWarnings("FieldMayBeFinal") // it is written by reflection
    private String field = "value";

    @Override
    public String call() {
      return harm() + field;
    }
  }

  /** Likewise. */
  private record Components(int field) implements Callable<String> {
    @Override
    public String call() {
      return harm();
    }
  }

  /** Runs where the entry lies. */
  private static final class Processor implements EntryProcessor<String, Object, String> {
    private static final long serialVersionUID = 1;

    @Override
    public String process(Map.Entry<String, Object> entry) {
      return harm();
    }
  }

  /** What a stranger makes of a question. */
  private static final class HostileAnswer implements Callable<Named>, IdentifiedDataSerializable {

    @Override
    public Named call() {
      return new Named();
    }

    @Override
    public int getFactoryId() {
      return CallTask.FACTORY_ID;
    }

    @Override
    public int getClassId() {
      return 1;
    }

    @Override
    public void writeData(ObjectDataOutput out) {}

    @Override
    public void readData(ObjectDataInput in) throws IOException {
      in.readByteArray();
    }
  }
}
