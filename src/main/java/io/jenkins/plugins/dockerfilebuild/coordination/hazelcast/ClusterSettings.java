package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How a process takes part in a cluster. There is no discovery: members find one another by the
 * addresses that stand here.
 *
 * <p>The community edition of Hazelcast encrypts nothing and asks nobody for a password. Whoever
 * reaches a member's port reads what the cluster knows and can disturb it: listen on loopback, or
 * inside a network that is trusted. A secret keeps strangers from planting records, not from
 * reading or removing them.
 *
 * @param clusterName members and clients of another name are refused
 * @param listen where this process's member listens; a client listens nowhere
 * @param members addresses of others, any of which may be down; may name this one too
 * @param secret shared by all who use the cluster, {@code ""} for none
 * @param attributes what a member announces of itself to all others; a client announces nothing
 * @param classLoader that Hazelcast finds its own classes with: the thread's, which is the default
 *     there, is not the plugin's in Jenkins
 */
public record ClusterSettings(
    String clusterName,
    MemberAddress listen,
    List<MemberAddress> members,
    String secret,
    Map<String, String> attributes,
    ClassLoader classLoader) {

  /** The cluster's name unless told otherwise. */
  public static final String DEFAULT_NAME = "dockerfile-build";

  /**
   * @throws IllegalArgumentException a member without a port, or no name
   */
  public ClusterSettings {
    members = List.copyOf(members);
    attributes = Map.copyOf(attributes);
    Objects.requireNonNull(secret);
    Objects.requireNonNull(classLoader);
    if (clusterName.isBlank()) {
      throw new IllegalArgumentException("a cluster needs a name");
    }
    for (MemberAddress member : members) {
      if (member.port() == 0) {
        throw new IllegalArgumentException("the cluster member " + member + " needs a port");
      }
    }
  }

  /** A member on loopback that knows no others, without a secret. */
  public static ClusterSettings loopback() {
    return new ClusterSettings(
        DEFAULT_NAME,
        MemberAddress.loopback(),
        List.of(),
        "",
        Map.of(),
        ClusterSettings.class.getClassLoader());
  }

  /** The same with another name. */
  public ClusterSettings named(String name) {
    return new ClusterSettings(name, listen, members, secret, attributes, classLoader);
  }

  /** The same with another address to listen on. */
  public ClusterSettings listening(MemberAddress address) {
    return new ClusterSettings(clusterName, address, members, secret, attributes, classLoader);
  }

  /** The same with other members to join. */
  public ClusterSettings joining(List<MemberAddress> others) {
    return new ClusterSettings(clusterName, listen, others, secret, attributes, classLoader);
  }

  /** The same with a secret. */
  public ClusterSettings withSecret(String shared) {
    return new ClusterSettings(clusterName, listen, members, shared, attributes, classLoader);
  }

  /** The same with what the member announces. */
  public ClusterSettings announcing(Map<String, String> told) {
    return new ClusterSettings(clusterName, listen, members, secret, told, classLoader);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "cluster %s, listening on %s, members %s%s"
        .formatted(clusterName, listen, members, secret.isEmpty() ? "" : ", with a secret");
  }
}
