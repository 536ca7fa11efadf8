package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Node;
import io.jenkins.plugins.dockerfilebuild.jenkins.pool.AgentConnections;
import io.jenkins.plugins.dockerfilebuild.jenkins.pool.KnownEngines;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/**
 * No agent of the pool can run steps: each one that is online was tried, and none has an engine
 * that answers. While one was not tried, or none is online, nothing is said.
 */
@Extension
public final class NoEngineMonitor extends AdministrativeMonitor {

  /** An agent and what is wrong with it, for the page. */
  public record Problem(String agent, String text) {
    // Expressions of Jelly know getters only.

    public String getAgent() {
      return agent;
    }

    public String getText() {
      return text;
    }
  }

  @Override
  public String getDisplayName() {
    return Messages.NoEngineMonitor_displayName();
  }

  @Override
  public boolean isActivated() {
    List<Computer> pool = pool().toList();
    return !pool.isEmpty()
        && pool.stream().allMatch(computer -> KnownEngines.get().problem(computer).isPresent());
  }

  /** What is wrong, agent by agent. */
  public List<Problem> getProblems() {
    return pool()
        .flatMap(
            computer ->
                KnownEngines.get().problem(computer).stream()
                    .map(text -> new Problem(AgentConnections.name(computer), text)))
        .toList();
  }

  /** The caches' page asks agents again. */
  public String getCachesUrl() {
    return "manage/" + CachesLink.URL + "/";
  }

  /** Agents of the pool for builds that name none, or all, as far as they are online. */
  private static Stream<Computer> pool() {
    String agents = DockerfileBuildGlobalConfiguration.get().getAgents();
    return members(agents)
        .filter(Objects::nonNull)
        .filter(computer -> computer.isOnline() && computer.getNumExecutors() > 0);
  }

  private static Stream<Computer> members(String agents) {
    if (agents.isEmpty()) {
      return Arrays.stream(Jenkins.get().getComputers());
    }
    try {
      return Label.parseExpression(agents).getNodes().stream().map(Node::toComputer);
    } catch (IllegalArgumentException e) {
      return Stream.of(); // The configuration's form says what is wrong with the expression.
    }
  }
}
