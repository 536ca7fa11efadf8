package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import java.util.Map;
import java.util.UUID;

/**
 * A member of a cluster as others see it.
 *
 * @param id unique for ever: a member that starts again is another one
 * @param attributes what it says of itself in {@link ClusterSettings#attributes}; to be believed no
 *     more than anything else that comes from there
 */
public record AnnouncedMember(UUID id, MemberAddress address, Map<String, String> attributes) {

  public AnnouncedMember {
    attributes = Map.copyOf(attributes);
  }
}
