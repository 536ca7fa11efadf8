package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import io.jenkins.plugins.dockerfilebuild.coordination.SharedRecords;
import java.util.List;

/** A cluster of two members with a client, started once for all tests of this JVM. */
final class TwoMembers {

  private static final ClusterSettings SETTINGS = ClusterSettings.loopback().withSecret("s3cret");

  static final HazelcastCluster FIRST = HazelcastCluster.member(SETTINGS);
  static final HazelcastCluster SECOND = HazelcastCluster.member(joining());
  static final HazelcastCluster CLIENT = HazelcastCluster.client(joining());

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TwoMembers::close));
  }

  private TwoMembers() {}

  private static ClusterSettings joining() {
    return SETTINGS.joining(List.of(FIRST.address()));
  }

  private static void close() {
    CLIENT.close();
    SECOND.close();
    FIRST.close();
  }

  /** One of its three processes. */
  static <T> SharedRecords<T> records(int process, String map, Class<T> type) {
    return List.of(SECOND, CLIENT, FIRST).get(process).records(map, type);
  }
}
