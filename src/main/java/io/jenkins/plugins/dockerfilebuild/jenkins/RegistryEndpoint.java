package io.jenkins.plugins.dockerfilebuild.jenkins;

import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.Extension;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.io.Serializable;
import java.util.function.UnaryOperator;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A registry and who one is there. */
public final class RegistryEndpoint extends AbstractDescribableImpl<RegistryEndpoint>
    implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String url;
  private final String credentialsId;

  /**
   * @param url as in image names, such as {@code registry.example.org:5000}; a scheme and a path
   *     are taken off, empty is Docker Hub
   */
  @DataBoundConstructor
  public RegistryEndpoint(String url, String credentialsId) {
    this.url = url;
    this.credentialsId = credentialsId;
  }

  public String getUrl() {
    return url;
  }

  public String getCredentialsId() {
    return credentialsId;
  }

  /** The same with another URL, as where it names variables of a build. */
  RegistryEndpoint withUrl(UnaryOperator<String> made) {
    return new RegistryEndpoint(url == null ? "" : made.apply(url), credentialsId);
  }

  /** The registry as it stands in image names. */
  String host() {
    return Registries.host(url == null ? "" : url);
  }

  /** Form. */
  @Extension
  public static final class DescriptorImpl extends Descriptor<RegistryEndpoint> {

    @Override
    public String getDisplayName() {
      return Messages.RegistryEndpoint_displayName();
    }

    /** User names with passwords that the job may use. */
    @POST
    public ListBoxModel doFillCredentialsIdItems(
        @AncestorInPath Item item, @QueryParameter String credentialsId) {
      return CredentialChoices.of(item, StandardUsernamePasswordCredentials.class, credentialsId);
    }

    @POST
    public FormValidation doCheckCredentialsId(
        @AncestorInPath Item item, @QueryParameter String value) {
      return CredentialChoices.check(item, StandardUsernamePasswordCredentials.class, value);
    }
  }
}
