package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.AnnouncedMember;
import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.MountStorage;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a stand-alone agent says of itself to all members of its pool. It goes with its membership:
 * where the agent is gone, so is this.
 *
 * @param name unique in the pool
 * @param capacity how many steps of all builds it runs at once
 */
record Announcement(String name, AgentInfo info, int capacity, Set<String> labels) {

  static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");

  /** Beyond this a number is a mistake, or worse. */
  static final int MOST_PLACES = 1024;

  Announcement {
    labels = Set.copyOf(labels);
    if (!NAME.matcher(name).matches() || !labels.stream().allMatch(NAME.asPredicate())) {
      throw new IllegalArgumentException("not a name");
    }
    if (capacity < 1 || capacity > MOST_PLACES) {
      throw new IllegalArgumentException("not a number of places");
    }
    if (!Platform.parse(info.platform()).toString().equals(info.platform())) {
      throw new IllegalArgumentException("not a platform");
    }
  }

  /** As the attributes of a member. */
  Map<String, String> attributes() {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("name", name);
    attributes.put("id", info.id());
    attributes.put("version", info.engineVersion());
    attributes.put("platform", info.platform());
    attributes.put("processors", String.valueOf(info.processors()));
    attributes.put("storage", info.storage().kind().name());
    attributes.put("storage-reason", info.storage().reason());
    attributes.put("capacity", String.valueOf(capacity));
    attributes.put("labels", String.join(" ", labels));
    return attributes;
  }

  /** What a member says; empty for a member that is no agent, or says what cannot be. */
  static Optional<Announcement> of(AnnouncedMember member) {
    Map<String, String> said = member.attributes();
    try {
      AgentInfo info =
          new AgentInfo(
              said.getOrDefault("id", ""),
              said.getOrDefault("version", ""),
              said.getOrDefault("platform", ""),
              number(said, "processors"),
              new MountStorage(
                  MountStorage.Kind.valueOf(said.getOrDefault("storage", "")),
                  said.getOrDefault("storage-reason", "")));
      return Optional.of(
          new Announcement(
              said.getOrDefault("name", ""), info, number(said, "capacity"), labels(said)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static int number(Map<String, String> said, String attribute) {
    return Integer.parseInt(said.getOrDefault(attribute, ""));
  }

  private static Set<String> labels(Map<String, String> said) {
    return Arrays.stream(said.getOrDefault("labels", "").split(" ", -1))
        .filter(label -> !label.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
