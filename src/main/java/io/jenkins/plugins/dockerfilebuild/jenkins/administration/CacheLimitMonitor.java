package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import java.util.List;

/** The cache directories of an agent are larger than the limit, as the agent last said. */
@Extension
public final class CacheLimitMonitor extends AdministrativeMonitor {

  private static final long GIGABYTE = 1_000_000_000L;

  @Override
  public String getDisplayName() {
    return Messages.CacheLimitMonitor_displayName();
  }

  @Override
  public boolean isActivated() {
    return !getAgents().isEmpty();
  }

  /** The agents above the limit. */
  public List<AgentCaches> getAgents() {
    long limit = getLimitGigabytes() * GIGABYTE;
    return limit == 0
        ? List.of()
        : PoolCaches.get().agents().stream().filter(agent -> agent.getBytes() > limit).toList();
  }

  /** Of an agent; 0 for none. */
  public int getLimitGigabytes() {
    return DockerfileBuildGlobalConfiguration.get().getCacheLimitGigabytes();
  }

  public String getCachesUrl() {
    return "manage/" + CachesLink.URL + "/";
  }
}
