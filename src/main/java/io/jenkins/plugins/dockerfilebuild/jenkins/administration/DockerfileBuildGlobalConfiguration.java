package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.model.PersistentDescriptor;
import hudson.model.labels.LabelExpression;
import hudson.util.FormValidation;
import io.jenkins.plugins.dockerfilebuild.jenkins.cluster.ClusterConfiguration;
import io.jenkins.plugins.dockerfilebuild.jenkins.cluster.VaultConfiguration;
import io.jenkins.plugins.dockerfilebuild.plan.Entitlement;
import java.util.EnumSet;
import java.util.Set;
import jenkins.model.GlobalConfiguration;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * Defaults and limits for all builds. Each setter saves, so forms and configuration as code need
 * nothing else.
 */
@Extension
@Symbol("dockerfileBuild")
public final class DockerfileBuildGlobalConfiguration extends GlobalConfiguration
    implements PersistentDescriptor {

  private static final int DEFAULT_PARALLELISM = 8;

  private String agents = "";
  private int maxParallelism = DEFAULT_PARALLELISM;
  private boolean networkHostAllowed = false;
  private boolean insecureAllowed = false;
  private int cacheLimitGigabytes = 0;
  private VaultConfiguration vault = new VaultConfiguration();
  private ClusterConfiguration cluster = new ClusterConfiguration();

  /** The one instance. */
  public static DockerfileBuildGlobalConfiguration get() {
    return ExtensionList.lookupSingleton(DockerfileBuildGlobalConfiguration.class);
  }

  @Override
  public String getDisplayName() {
    return Messages.DockerfileBuildGlobalConfiguration_displayName();
  }

  /** Label expression of the pool for builds that name none; empty: the agent they run on. */
  public String getAgents() {
    return agents;
  }

  @DataBoundSetter
  public void setAgents(String value) {
    String text = Util.fixEmptyAndTrim(value);
    agents = text == null ? "" : text;
    save();
  }

  /** Steps of one build at once, at most. */
  public int getMaxParallelism() {
    return maxParallelism;
  }

  @DataBoundSetter
  public void setMaxParallelism(int value) {
    maxParallelism = Math.max(1, value);
    save();
  }

  /** Whether {@code RUN --network=host} may run. */
  public boolean isNetworkHostAllowed() {
    return networkHostAllowed;
  }

  @DataBoundSetter
  public void setNetworkHostAllowed(boolean value) {
    networkHostAllowed = value;
    save();
  }

  /** Whether {@code RUN --security=insecure} may run: it is root on the agent. */
  public boolean isInsecureAllowed() {
    return insecureAllowed;
  }

  @DataBoundSetter
  public void setInsecureAllowed(boolean value) {
    insecureAllowed = value;
    save();
  }

  /** Cache directories of an agent above this make the administrator be told; 0: never. */
  public int getCacheLimitGigabytes() {
    return cacheLimitGigabytes;
  }

  @DataBoundSetter
  public void setCacheLimitGigabytes(int value) {
    cacheLimitGigabytes = Math.max(0, value);
    save();
  }

  /** Where cache directories outlive the agents. */
  public VaultConfiguration getVault() {
    return vault;
  }

  @DataBoundSetter
  public void setVault(VaultConfiguration value) {
    vault = value == null ? new VaultConfiguration() : value;
    save();
  }

  /** With whom the agents are shared. */
  public ClusterConfiguration getCluster() {
    return cluster;
  }

  @DataBoundSetter
  public void setCluster(ClusterConfiguration value) {
    cluster = value == null ? new ClusterConfiguration() : value;
    save();
  }

  /** What a build may do that asks for {@code wanted} steps at once; 0: whatever there is. */
  public int parallelism(int wanted) {
    return wanted < 1 ? maxParallelism : Math.min(wanted, maxParallelism);
  }

  /** What steps may ask for beyond their containers. */
  public Set<Entitlement> entitlements() {
    Set<Entitlement> allowed = EnumSet.noneOf(Entitlement.class);
    if (networkHostAllowed) {
      allowed.add(Entitlement.NETWORK_HOST);
    }
    if (insecureAllowed) {
      allowed.add(Entitlement.SECURITY_INSECURE);
    }
    return allowed;
  }

  /** Whether the label names agents that are there. */
  @POST
  public FormValidation doCheckAgents(@QueryParameter String value) {
    Jenkins.get().checkPermission(Jenkins.ADMINISTER);
    return LabelExpression.validate(value, null);
  }

  @POST
  public FormValidation doCheckMaxParallelism(@QueryParameter String value) {
    return FormValidation.validatePositiveInteger(value);
  }

  @POST
  public FormValidation doCheckCacheLimitGigabytes(@QueryParameter String value) {
    return FormValidation.validateNonNegativeInteger(value);
  }
}
