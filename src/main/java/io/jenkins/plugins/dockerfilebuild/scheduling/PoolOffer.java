package io.jenkins.plugins.dockerfilebuild.scheduling;

import java.util.stream.Collectors;

/** What the agents of a pool can run, for messages. */
final class PoolOffer {

  private PoolOffer() {}

  /** {@code a1 runs linux/386 and linux/amd64, a2 runs linux/arm64}. */
  static String of(AgentPool pool) {
    return pool.agents().stream()
        .map(agent -> agent + " runs " + String.join(" and ", agent.platforms()))
        .collect(Collectors.joining(", "));
  }
}
