package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberAddress;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * All that the user asks of one stand-alone agent, checked as far as it can be without an engine.
 *
 * @param state an absolute path
 * @param others members of the pool; none for the first of it
 * @param capacity empty: as many as its engine has processors
 * @param platform empty: what its engine says
 */
record AgentSettings(
    AgentOption engine,
    Path state,
    MemberAddress listen,
    List<MemberAddress> others,
    OptionalInt capacity,
    Set<String> labels,
    Optional<Platform> platform) {

  AgentSettings {
    others = List.copyOf(others);
    labels = Set.copyOf(labels);
  }

  /** The same at another address, with other members to look for. */
  AgentSettings at(MemberAddress address, List<MemberAddress> members) {
    return new AgentSettings(engine, state, address, members, capacity, labels, platform);
  }
}
