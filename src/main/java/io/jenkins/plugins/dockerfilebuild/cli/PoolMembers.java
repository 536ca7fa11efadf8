package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.AnnouncedMember;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberCalls;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentPeers;
import io.jenkins.plugins.dockerfilebuild.execution.link.RemoteAgentServices;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The agents of a cluster, by name, as they are seen now. Thread-safe. */
final class PoolMembers implements AgentPeers {

  private final MemberCalls calls;

  /** Ways to others, by their members' ids; what is known of a way is kept with it. */
  private final Map<UUID, AgentServices> ways = new ConcurrentHashMap<>();

  PoolMembers(MemberCalls calls) {
    this.calls = calls;
  }

  /** A member that is an agent. */
  record PoolMember(AnnouncedMember member, Announcement agent) {}

  /** By name; of two with one name, the one that was there first. */
  Map<String, PoolMember> byName() {
    Map<String, PoolMember> agents = new TreeMap<>();
    for (AnnouncedMember member : calls.members()) {
      Announcement.of(member)
          .ifPresent(agent -> agents.putIfAbsent(agent.name(), new PoolMember(member, agent)));
    }
    return agents;
  }

  RemoteAgentServices connect(PoolMember agent) {
    return new RemoteAgentServices(new MemberLink(calls, agent.member().id()));
  }

  @Override
  public Optional<AgentServices> find(String name) {
    Map<String, PoolMember> members = byName();
    ways.keySet().retainAll(members.values().stream().map(one -> one.member().id()).toList());
    return Optional.ofNullable(members.get(name))
        .map(one -> ways.computeIfAbsent(one.member().id(), id -> connect(one)));
  }
}
