package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberAddress;
import java.util.List;

/** {@code HOST:PORT}, as {@code --listen} and {@code --join} take it. */
final class AddressOption {

  private AddressOption() {}

  static MemberAddress parse(String option, String text) {
    try {
      return MemberAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(option + " " + text + ": " + e.getMessage());
    }
  }

  /** Addresses of members that are to be joined, which cannot have port 0. */
  static List<MemberAddress> parseAll(String option, List<String> texts) {
    List<MemberAddress> members = texts.stream().map(text -> parse(option, text)).toList();
    for (MemberAddress member : members) {
      if (member.port() == 0) {
        throw CommandFailure.usage(
            option + " " + member + ": the port is missing",
            "it is the one that the other agent was given with --listen");
      }
    }
    return members;
  }
}
