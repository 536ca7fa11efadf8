package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberAddress;
import io.jenkins.plugins.dockerfilebuild.jenkins.cluster.PoolCoordination;
import java.util.List;

/**
 * The cluster could not be joined, or a member that the configuration names is missing for more
 * than a minute. Nothing is said before a build has used the cluster.
 */
@Extension
public final class ClusterMonitor extends AdministrativeMonitor {

  @Override
  public String getDisplayName() {
    return "Dockerfile Build: the cluster is not whole";
  }

  @Override
  public boolean isActivated() {
    return !getProblem().isEmpty() || !getLost().isEmpty();
  }

  /** Why the cluster could not be joined, or {@code ""}. */
  public String getProblem() {
    return PoolCoordination.get().problem().orElse("");
  }

  /** Addresses of missing members. */
  public List<String> getLost() {
    return PoolCoordination.get().lost().stream().map(MemberAddress::toString).sorted().toList();
  }
}
