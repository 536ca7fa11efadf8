package io.jenkins.plugins.dockerfilebuild.scheduling.placement;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The pool at one moment. It is kept up to date by its owner rather than made anew for each
 * decision, with the agents that have room in order, so that a decision does not have to look at a
 * thousand agents. Not thread-safe.
 */
public final class PoolLoad {

  private final Map<String, Member> members = new HashMap<>();

  /** Agents with room: what they offer → the least loaded first. */
  private final Map<Set<String>, TreeSet<Member>> room = new LinkedHashMap<>();

  /** Agents without room, that of which a step ends first before the others. */
  private final NavigableSet<Member> full = new TreeSet<>(Member.FIRST_END);

  private int freePlaces = 0;
  private int joined = 0;
  private int running = 0;
  private double sumOfEnds = 0;

  /**
   * An agent and its place in the order of the pool.
   *
   * @param position in which it joined: among equals the first is taken
   */
  record Member(AgentLoad agent, int position) {
    static final Comparator<Member> FIRST_END =
        Comparator.<Member>comparingDouble(member -> member.agent.firstEnd())
            .thenComparingInt(Member::position);
    static final Comparator<Member> LEAST_LOADED =
        Comparator.<Member>comparingDouble(member -> member.agent.load())
            .thenComparingInt(Member::position);
  }

  /** An agent joined, or something began or ended there. */
  public void put(AgentLoad agent) {
    Optional<Member> before = find(agent.name());
    remove(agent.name());
    Member member = new Member(agent, before.map(Member::position).orElseGet(() -> joined++));
    members.put(agent.name(), member);
    freePlaces += agent.freePlaces();
    count(agent.ends(), 1);
    if (agent.freePlaces() > 0) {
      room.computeIfAbsent(agent.offers(), offers -> new TreeSet<>(Member.LEAST_LOADED))
          .add(member);
    } else {
      full.add(member);
    }
  }

  /** An agent is gone. */
  public void remove(String agent) {
    Member member = members.remove(agent);
    if (member != null) {
      freePlaces -= member.agent.freePlaces();
      count(member.agent.ends(), -1);
      full.remove(member);
      room.getOrDefault(member.agent.offers(), new TreeSet<>(Member.LEAST_LOADED)).remove(member);
    }
  }

  private void count(List<Double> ends, int sign) {
    running += sign * ends.size();
    for (double end : ends) {
      sumOfEnds += sign * end;
    }
  }

  /** An agent as it is now. */
  public Optional<AgentLoad> agent(String name) {
    return find(name).map(Member::agent);
  }

  Optional<Member> find(String name) {
    return Optional.ofNullable(members.get(name));
  }

  /** How many steps run. */
  int running() {
    return running;
  }

  /** When the steps that run are expected to end, added up. */
  double sumOfEnds() {
    return sumOfEnds;
  }

  /** How many steps could begin at once. */
  public int freePlaces() {
    return freePlaces;
  }

  /** Agents without room but {@code others}, that of which a step ends first before the rest. */
  List<AgentLoad> fullSoonestFirst(int most, Set<String> others) {
    return full.stream()
        .map(Member::agent)
        .filter(agent -> !others.contains(agent.name()))
        .limit(most)
        .toList();
  }

  /** What agents with room offer → they, the least loaded first. */
  Map<Set<String>, ? extends NavigableSet<Member>> room() {
    return Collections.unmodifiableMap(room);
  }
}
