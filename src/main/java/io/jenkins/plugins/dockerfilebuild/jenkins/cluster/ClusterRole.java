package io.jenkins.plugins.dockerfilebuild.jenkins.cluster;

import java.util.Locale;

/** What a controller is in a cluster. */
public enum ClusterRole {
  /** Alone: nothing is started and no port is open. */
  NONE("None: this controller has its agents for itself"),
  /** A member, embedded in the controller. */
  MEMBER("Member: embedded, listens for other controllers"),
  /** A client of a cluster of others. */
  CLIENT("Client of a Hazelcast cluster that runs elsewhere");

  private final String text;

  ClusterRole(String text) {
    this.text = text;
  }

  /** As forms show it. */
  public String text() {
    return text;
  }

  /** As configurations have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException there is no such role; says which there are
   */
  static ClusterRole parse(String word) {
    for (ClusterRole role : values()) {
      if (role.word().equals(word)) {
        return role;
      }
    }
    throw new IllegalArgumentException(
        "cluster role: \"" + word + "\" is none of none, member and client");
  }
}
