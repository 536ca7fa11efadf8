package io.jenkins.plugins.dockerfilebuild.jenkins.cluster;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * Where cache directories outlive the agents, as the administrator says it: a directory of the
 * controller, or a bucket of an S3-compatible store.
 */
public final class VaultConfiguration extends AbstractDescribableImpl<VaultConfiguration> {

  private String location = "";
  private String endpoint = "";
  private String region = "";
  private String credentialsId = "";

  @DataBoundConstructor
  public VaultConfiguration() {
    // All there is to set has a default: no vault.
  }

  /** As it is kept by a version that did not have all of it. */
  @SuppressWarnings("UnusedMethod") // XStream calls it
  private Object readResolve() {
    location = given(location);
    endpoint = given(endpoint);
    region = given(region);
    credentialsId = given(credentialsId);
    return this;
  }

  /**
   * {@code ""} for none, an absolute directory of the controller, or {@code s3://BUCKET/PREFIX}.
   */
  public String getLocation() {
    return location;
  }

  @DataBoundSetter
  public void setLocation(String value) {
    location = given(value);
  }

  /** URL of a store that is not Amazon's, or {@code ""}. */
  public String getEndpoint() {
    return endpoint;
  }

  @DataBoundSetter
  public void setEndpoint(String value) {
    endpoint = given(value);
  }

  /** Region of the bucket, or {@code ""} for the one that stores without regions take. */
  public String getRegion() {
    return region;
  }

  @DataBoundSetter
  public void setRegion(String value) {
    region = given(value);
  }

  /**
   * Credentials of the store, access key as user name and secret key as password; {@code ""}: what
   * the controller's own machine or process has.
   */
  public String getCredentialsId() {
    return credentialsId;
  }

  @DataBoundSetter
  public void setCredentialsId(String value) {
    credentialsId = given(value);
  }

  private static String given(String value) {
    String text = Util.fixEmptyAndTrim(value);
    return text == null ? "" : text;
  }

  /** Form. */
  @Extension
  @Symbol("dockerfileBuildVault")
  public static final class DescriptorImpl extends Descriptor<VaultConfiguration> {

    @Override
    public String getDisplayName() {
      return Messages.VaultConfiguration_displayName();
    }

    /** User names with passwords of the controller. */
    @POST
    public ListBoxModel doFillCredentialsIdItems(@QueryParameter String credentialsId) {
      StandardListBoxModel choices = new StandardListBoxModel();
      choices.includeEmptyValue();
      if (Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
        choices.addAll(
            // No item: those of the controller itself.
            CredentialsProvider.listCredentialsInItem(
                StandardUsernamePasswordCredentials.class,
                null,
                ACL.SYSTEM2,
                List.of(),
                CredentialsMatchers.always()));
      }
      choices.includeCurrentValue(given(credentialsId));
      return choices;
    }

    /** The text alone is looked at: whoever asks need not learn what there is. */
    @POST
    public FormValidation doCheckLocation(@QueryParameter String value) {
      Jenkins.get().checkPermission(Jenkins.ADMINISTER);
      try {
        VaultLocation.parse(given(value));
        return FormValidation.ok();
      } catch (IllegalArgumentException e) {
        return FormValidation.error(e.getMessage());
      }
    }

    @POST
    public FormValidation doCheckEndpoint(@QueryParameter String value) {
      Jenkins.get().checkPermission(Jenkins.ADMINISTER);
      String url = given(value);
      return url.isEmpty() || url.matches("https?://[^/\\s]+/?")
          ? FormValidation.ok()
          : FormValidation.error(Messages.VaultConfiguration_endpoint());
    }
  }
}
