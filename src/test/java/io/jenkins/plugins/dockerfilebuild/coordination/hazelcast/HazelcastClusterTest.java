package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.spi.properties.ClusterProperty;
import io.jenkins.plugins.dockerfilebuild.coordination.SharedRecords.Change;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members and clients find one another by address, and nothing else gets in. */
@Timeout(60)
class HazelcastClusterTest {

  private static final ClusterSettings SETTINGS = ClusterSettings.loopback();

  /** Something to write. */
  private record Note(String text) {}

  @Test
  void membersAndClientsMeetAtTheAddressesThatTheyAreGiven() {
    try (HazelcastCluster first = HazelcastCluster.member(SETTINGS);
        HazelcastCluster second = HazelcastCluster.member(joining(first));
        HazelcastCluster client = HazelcastCluster.client(joining(second))) {
      assertThat(first.members()).containsExactlyInAnyOrder(first.address(), second.address());
      assertThat(client.members()).isEqualTo(first.members());

      // As builds write. A bare put fails when the copy is confirmed before this client has asked
      // its member for confirmations, as is seen on a machine under load.
      client.records("test", Note.class).update("key", none -> Change.to(new Note("value"), 0));

      assertThat(first.records("test", Note.class).get("key")).contains(new Note("value"));
      assertThatThrownBy(client::address).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void aMemberListensOnItsAddressOnly() throws IOException {
    try (HazelcastCluster member = HazelcastCluster.member(SETTINGS);
        ServerSocket elsewhere = new ServerSocket()) {
      assertThat(member.address().host()).isEqualTo("127.0.0.1");
      elsewhere.setReuseAddress(false);
      elsewhere.bind(
          new InetSocketAddress(InetAddress.getByName("127.0.0.2"), member.address().port()));
      assertThat(elsewhere.isBound()).isTrue();
    }
  }

  @Test
  void anotherClusterNameIsRefused() {
    ClusterSettings other = SETTINGS.named("other");
    try (HazelcastCluster first = HazelcastCluster.member(SETTINGS);
        HazelcastCluster stranger =
            HazelcastCluster.member(other.joining(List.of(first.address())))) {
      assertThat(stranger.members()).containsExactly(stranger.address());
      assertThat(first.members()).containsExactly(first.address());
    }
  }

  @Test
  void anAddressThatIsTakenIsAnErrorThatNamesIt() {
    try (HazelcastCluster first = HazelcastCluster.member(SETTINGS)) {
      assertThatThrownBy(() -> HazelcastCluster.member(SETTINGS.listening(first.address())))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining(first.address().toString());
    }
  }

  @Test
  void nothingIsToldToTheVendorAndNoOneIsLookedFor() {
    var config = MemberConfig.of(SETTINGS);
    assertThat(ClusterProperty.PHONE_HOME_ENABLED.getName())
        .isEqualTo("hazelcast.phone.home.enabled");
    assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
    assertThat(config.getNetworkConfig().getJoin().getMulticastConfig().isEnabled()).isFalse();
    assertThat(config.getNetworkConfig().getJoin().isAutoDetectionEnabled()).isFalse();
  }

  /** Any class of the class path will do in place of one that does harm. */
  static final class Gadget implements Serializable {
    private static final long serialVersionUID = 1;

    /** How gadgets begin. */
    private void readObject(java.io.ObjectInputStream in) {
      throw new AssertionError("a stranger's object was made");
    }
  }

  @Test
  void whatAStrangerSerializedIsNotDeserialized() {
    try (HazelcastCluster member = HazelcastCluster.member(SETTINGS)) {
      var serialization = member.instance().<String, Object>getMap("dockerfile-build.planted");
      serialization.put("ours", new Gadget());
      serialization.put("jdk", new javax.management.BadAttributeValueExpException("x"));

      assertThatThrownBy(() -> serialization.get("ours")).hasMessageContaining("not allowed");
      assertThatThrownBy(() -> serialization.get("jdk")).hasMessageContaining("not allowed");
    }
  }

  @Test
  void addressesAreReadAndWritten() {
    assertThat(MemberAddress.parse("[::1]:5710")).isEqualTo(new MemberAddress("::1", 5710));
    assertThat(MemberAddress.parse("h:1").toString()).isEqualTo("h:1");
    assertThat(new MemberAddress("::1", 2).toString()).isEqualTo("[::1]:2");
    assertThatThrownBy(() -> MemberAddress.parse("h")).hasMessageContaining("HOST:PORT");
    assertThatThrownBy(() -> MemberAddress.parse("h:70000")).hasMessageContaining("HOST:PORT");
  }

  private static ClusterSettings joining(HazelcastCluster other) {
    return SETTINGS.joining(List.of(other.address()));
  }
}
