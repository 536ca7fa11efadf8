package io.jenkins.plugins.dockerfilebuild.jenkins.cluster;

import java.util.Locale;

/** What a controller is in a cluster. */
public enum ClusterRole {
  /** Alone: nothing is started and no port is open. */
  NONE,
  /** A member, embedded in the controller. */
  MEMBER,
  /** A client of a cluster of others. */
  CLIENT;

  /** As forms show it, in the language of who looks. */
  public String text() {
    return switch (this) {
      case NONE -> Messages.ClusterRole_none();
      case MEMBER -> Messages.ClusterRole_member();
      case CLIENT -> Messages.ClusterRole_client();
    };
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
