package io.jenkins.plugins.dockerfilebuild.jenkins.cluster;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.ClusterSettings;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * With whom a controller shares its agents, as the administrator says it. What makes no sense is
 * kept and told ({@link #problem}): an exception in a setter is a page without a reason, for who
 * saves a form as for who applies a file.
 */
public final class ClusterConfiguration extends AbstractDescribableImpl<ClusterConfiguration> {

  /** On this machine only, and never the port of another product's cluster by chance. */
  private static final String DEFAULT_LISTEN = "127.0.0.1:5710";

  private String role = ClusterRole.NONE.word();
  private String name = ClusterSettings.DEFAULT_NAME;
  private String listen = DEFAULT_LISTEN;
  private String members = "";
  private Secret secret = Secret.fromString("");

  @DataBoundConstructor
  public ClusterConfiguration() {
    // All there is to set has a default: no cluster.
  }

  /** As it is kept by a version that did not have all of it. */
  @SuppressWarnings("UnusedMethod") // XStream calls it
  private Object readResolve() {
    setRole(role);
    setName(name);
    setListen(listen);
    setMembers(members);
    setSecret(secret);
    return this;
  }

  /** {@code none}, {@code member} or {@code client}. */
  public String getRole() {
    return role;
  }

  @DataBoundSetter
  public void setRole(String value) {
    role = given(value, ClusterRole.NONE.word());
  }

  /** Members and clients of another name are refused. */
  public String getName() {
    return name;
  }

  @DataBoundSetter
  public void setName(String value) {
    name = given(value, ClusterSettings.DEFAULT_NAME);
  }

  /** Where a member listens, {@code HOST:PORT}. */
  public String getListen() {
    return listen;
  }

  @DataBoundSetter
  public void setListen(String value) {
    listen = given(value, DEFAULT_LISTEN);
  }

  /** Addresses of members, one a line. */
  public String getMembers() {
    return members;
  }

  @DataBoundSetter
  public void setMembers(String value) {
    members = given(value, "");
  }

  /**
   * What all who use the cluster know, so that a stranger cannot plant records. {@code null} where
   * there is none, as forms want it: they show any other as one that is concealed.
   */
  public Secret getSecret() {
    return secret.getPlainText().isEmpty() ? null : secret;
  }

  @DataBoundSetter
  public void setSecret(Secret value) {
    secret = value == null ? Secret.fromString("") : value;
  }

  /** What of it makes no sense. */
  public Optional<String> problem() {
    try {
      if (role() != ClusterRole.NONE) {
        settings();
      }
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Whether a cluster is the same by both. */
  boolean means(ClusterConfiguration other) {
    return role.equals(other.role)
        && name.equals(other.name)
        && listen.equals(other.listen)
        && members.equals(other.members)
        && secret.getPlainText().equals(other.secret.getPlainText());
  }

  /**
   * @throws IllegalArgumentException there is no such role
   */
  ClusterRole role() {
    return ClusterRole.parse(role);
  }

  /**
   * The same for the cluster itself.
   *
   * @throws IllegalArgumentException it is no cluster; says why
   */
  ClusterSettings settings() {
    return new ClusterSettings(
        name,
        MemberAddress.parse(listen),
        addresses(members),
        secret.getPlainText(),
        Map.of(),
        ClusterConfiguration.class.getClassLoader());
  }

  private static List<MemberAddress> addresses(String lines) {
    return lines
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .map(MemberAddress::parse)
        .toList();
  }

  private static String given(String value, String otherwise) {
    String text = Util.fixEmptyAndTrim(value);
    return text == null ? otherwise : text;
  }

  /** Form. */
  @Extension
  @Symbol("dockerfileBuildCluster")
  public static final class DescriptorImpl extends Descriptor<ClusterConfiguration> {

    @Override
    public String getDisplayName() {
      return Messages.ClusterConfiguration_displayName();
    }

    /** The roles. */
    @POST
    public ListBoxModel doFillRoleItems() {
      ListBoxModel roles = new ListBoxModel();
      for (ClusterRole role : ClusterRole.values()) {
        roles.add(role.text(), role.word());
      }
      return roles;
    }

    @POST
    public FormValidation doCheckListen(@QueryParameter String value) {
      Jenkins.get().checkPermission(Jenkins.ADMINISTER);
      try {
        String host = MemberAddress.parse(given(value, DEFAULT_LISTEN)).host();
        return host.startsWith("127.") || host.equals("localhost") || host.equals("::1")
            ? FormValidation.ok()
            : FormValidation.warning(Messages.ClusterConfiguration_openPort());
      } catch (IllegalArgumentException e) {
        return FormValidation.error(e.getMessage());
      }
    }

    @POST
    public FormValidation doCheckMembers(@QueryParameter String value) {
      Jenkins.get().checkPermission(Jenkins.ADMINISTER);
      try {
        addresses(given(value, ""));
        return FormValidation.ok();
      } catch (IllegalArgumentException e) {
        return FormValidation.error(e.getMessage());
      }
    }
  }
}
