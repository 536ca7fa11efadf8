package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.dockerfilebuild.jenkins.administration.DockerfileBuildGlobalConfiguration;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** What forms say, to whom, and what they keep to themselves. */
final class PermissionsIT {

  @RegisterExtension static final SharedJenkins jenkins = new SharedJenkins();

  private static final DockerfileBuildStep.DescriptorImpl STEP =
      new DockerfileBuildStep.DescriptorImpl();

  @BeforeEach
  void security() {
    jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
    jenkins.jenkins.setAuthorizationStrategy(
        new MockAuthorizationStrategy()
            .grant(Jenkins.ADMINISTER)
            .everywhere()
            .to("admin")
            .grant(Jenkins.READ, Item.READ)
            .everywhere()
            .to("reader"));
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/passwd, ERROR",
    "../Dockerfile, ERROR",
    "app/, ERROR",
    "app/Dockerfile, OK",
  })
  void theDockerfileLiesInsideTheWorkspace(String path, FormValidation.Kind kind) throws Exception {
    FreeStyleProject job = jenkins.createFreeStyleProject();

    assertThat(STEP.doCheckDockerfile(job, path, "").kind).isEqualTo(kind);
  }

  @Test
  void theDockerfileOfTheLastBuildIsRead() throws Exception {
    FreeStyleProject job = jenkins.createFreeStyleProject();
    FreeStyleBuild run = jenkins.buildAndAssertSuccess(job);
    run.getWorkspace().child("app/Dockerfile").write("FROM scratch\nRUNN true\n", "UTF-8");

    FormValidation check = STEP.doCheckDockerfile(job, "", "app");

    assertThat(check.kind).isEqualTo(FormValidation.Kind.ERROR);
    assertThat(check.getMessage()).contains("app/Dockerfile:2: unknown instruction: RUNN");
    assertThat(STEP.doCheckDockerfile(job, "other", "").kind).isEqualTo(FormValidation.Kind.OK);
    try (ACLContext reader = ACL.as2(User.getById("reader", true).impersonate2())) {
      assertThat(reader).isNotNull();
      assertThat(STEP.doCheckDockerfile(job, "", "app").kind).isEqualTo(FormValidation.Kind.OK);
    }
  }

  @Test
  void aLabelThatNobodyHasIsAWarning() throws Exception {
    FreeStyleProject job = jenkins.createFreeStyleProject();

    assertThat(STEP.doCheckAgents(job, "nobody-has-it").kind)
        .isEqualTo(FormValidation.Kind.WARNING);
    assertThat(STEP.doCheckAgents(job, "a &&").kind).isEqualTo(FormValidation.Kind.ERROR);
  }

  @Test
  void checksAnswerToPostAlone() throws Exception {
    String check =
        "descriptorByName/" + DockerfileBuildStep.class.getName() + "/checkTags?value=app:1";
    try (JenkinsRule.WebClient client = client("admin")) {
      // Stapler takes a method that may not be used for one that is not there.
      assertThat(status(client, check, HttpMethod.GET)).isEqualTo(404);
      assertThat(status(client, check, HttpMethod.POST)).isEqualTo(200);
    }
  }

  @Test
  void whoMayNotConfigureSeesNoCredentials() throws Exception {
    SystemCredentialsProvider.getInstance()
        .getCredentials()
        .add(
            new UsernamePasswordCredentialsImpl(
                CredentialsScope.GLOBAL, "hidden", "", "bob", "of bob"));
    FreeStyleProject job = jenkins.createFreeStyleProject();
    try (ACLContext reader = ACL.as2(User.getById("reader", true).impersonate2())) {
      assertThat(reader).isNotNull();
      ListBoxModel choices =
          new RegistryEndpoint.DescriptorImpl().doFillCredentialsIdItems(job, "current");

      assertThat(choices.stream().map(choice -> choice.value).toList())
          .isEqualTo(List.of("", "current"));
    }
  }

  @Test
  void onlyAdministratorsAskAboutTheConfiguration() throws Exception {
    String check =
        "descriptorByName/"
            + DockerfileBuildGlobalConfiguration.class.getName()
            + "/checkAgents?value=x";
    try (JenkinsRule.WebClient reader = client("reader");
        JenkinsRule.WebClient admin = client("admin")) {
      assertThat(status(reader, check, HttpMethod.POST)).isEqualTo(403);
      assertThat(status(admin, check, HttpMethod.POST)).isEqualTo(200);
    }
  }

  private static JenkinsRule.WebClient client(String user) throws Exception {
    return jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false).login(user);
  }

  private static int status(JenkinsRule.WebClient client, String path, HttpMethod method)
      throws Exception {
    WebRequest request = new WebRequest(client.createCrumbedUrl(path), method);
    return client.getPage(request).getWebResponse().getStatusCode();
  }
}
