package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberAddress;
import io.jenkins.plugins.dockerfilebuild.jenkins.cluster.ClusterConfiguration;
import io.jenkins.plugins.dockerfilebuild.jenkins.cluster.PoolCoordination;
import java.util.List;

/**
 * The configuration of the cluster makes no sense, the cluster could not be joined, or a member
 * that the configuration names is missing for more than a minute. Whether it can be joined is not
 * known before a build has used it.
 */
@Extension
public final class ClusterMonitor extends AdministrativeMonitor {

  @Override
  public String getDisplayName() {
    return Messages.ClusterMonitor_displayName();
  }

  @Override
  public boolean isActivated() {
    return !getProblem().isEmpty() || !getLost().isEmpty();
  }

  /** Why the cluster cannot be joined, or {@code ""}. */
  public String getProblem() {
    ClusterConfiguration cluster = DockerfileBuildGlobalConfiguration.get().getCluster();
    return cluster.problem().or(() -> PoolCoordination.get().problem(cluster)).orElse("");
  }

  /** Addresses of missing members. */
  public List<String> getLost() {
    return PoolCoordination.get().lost().stream().map(MemberAddress::toString).sorted().toList();
  }
}
