package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.CacheLimits;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The cache directories of an agent behind a link. Thread-safe. */
final class RemoteCacheDirectories implements CacheDirectories {

  /** Asks the agent. */
  interface Agent {
    <A> A ask(AgentCall<A> call);
  }

  private final Agent agent;

  RemoteCacheDirectories(Agent agent) {
    this.agent = agent;
  }

  @Override
  public List<CacheDirectory> list() {
    return agent.ask(new ServiceCall.ListCacheDirectories());
  }

  /**
   * A predicate cannot travel: the caller chooses from the list, the agent prunes what was chosen.
   */
  @Override
  public List<CacheDirectory> prune(Predicate<CacheDirectory> which, CacheLimits limits) {
    Set<ServiceCall.PruneCacheDirectories.Name> chosen =
        list().stream()
            .filter(which)
            .map(ServiceCall.PruneCacheDirectories.Name::of)
            .collect(Collectors.toSet());
    return agent.ask(
        new ServiceCall.PruneCacheDirectories(
            chosen, ServiceCall.PruneCacheDirectories.Limits.of(limits)));
  }
}
