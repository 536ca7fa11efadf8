package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.casc.misc.junit.jupiter.AbstractRoundTripTest;
import io.jenkins.plugins.dockerfilebuild.jenkins.administration.DockerfileBuildGlobalConfiguration;
import io.jenkins.plugins.dockerfilebuild.jenkins.cluster.VaultConfiguration;
import org.jvnet.hudson.test.JenkinsRule;

/** The administrator's settings as YAML: read, checked and applied in the browser, kept. */
final class ConfigurationAsCodeIT extends AbstractRoundTripTest {

  @Override
  protected String configResource() {
    return "configuration-as-code.yaml";
  }

  @Override
  protected void assertConfiguredAsExpected(JenkinsRule jenkins, String yaml) {
    DockerfileBuildGlobalConfiguration configuration = DockerfileBuildGlobalConfiguration.get();
    assertThat(configuration.getAgents()).isEqualTo("docker && linux");
    assertThat(configuration.getMaxParallelism()).isEqualTo(5);
    assertThat(configuration.getCacheLimitGigabytes()).isEqualTo(40);
    assertThat(configuration.isNetworkHostAllowed()).isTrue();
    assertThat(configuration.isInsecureAllowed()).isFalse();
    assertThat(configuration.getVault())
        .usingRecursiveComparison()
        .isEqualTo(vault("s3://caches/ci"));
    assertThat(configuration.getCluster().getRole()).isEqualTo("client");
    assertThat(configuration.getCluster().getName()).isEqualTo("ci");
    assertThat(configuration.getCluster().getMembers().lines())
        .containsExactly("10.0.0.5:5710", "10.0.0.6:5710");
    assertThat(configuration.getCluster().problem()).isEmpty();
  }

  @Override
  protected String stringInLogExpected() {
    return "docker && linux";
  }

  private static VaultConfiguration vault(String location) {
    VaultConfiguration vault = new VaultConfiguration();
    vault.setLocation(location);
    vault.setEndpoint("https://storage.example.org");
    vault.setRegion("eu-central-1");
    vault.setCredentialsId("vault-key");
    return vault;
  }
}
