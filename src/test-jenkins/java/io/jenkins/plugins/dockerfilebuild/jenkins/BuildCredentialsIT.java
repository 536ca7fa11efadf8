package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.AbortException;
import hudson.model.FreeStyleBuild;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a build gets of credentials, and what is kept out of its log. */
final class BuildCredentialsIT {

  @RegisterExtension static final SharedJenkins jenkins = new SharedJenkins();

  private BuildCredentials credentials;

  @BeforeEach
  void run() throws Exception {
    FreeStyleBuild run = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
    credentials = new BuildCredentials(run);
  }

  /** A command takes the password out of the secret, and may print it alone. */
  @Test
  void aPasswordIsMaskedWithoutItsUserToo() throws Exception {
    SystemCredentialsProvider.getInstance()
        .getCredentials()
        .add(
            new UsernamePasswordCredentialsImpl(
                CredentialsScope.GLOBAL, "registry", "", "bob", "password-of-bob"));

    assertThat(credentials.secrets(Map.of("login", "registry")))
        .containsEntry("login", Bytes.utf8("bob:password-of-bob"));
    assertThat(new SecretMask(credentials.confidential()).of("it is password-of-bob"))
        .isEqualTo("it is ****");
  }

  @Test
  void credentialsThatAreNotThereAreNamed() {
    assertThatThrownBy(() -> credentials.secrets(Map.of("login", "nobody-has-it")))
        .isInstanceOf(AbortException.class)
        .hasMessageContaining("nobody-has-it");
  }
}
