package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.casc.misc.junit.jupiter.AbstractRoundTripTest;
import io.jenkins.plugins.dockerfilebuild.jenkins.administration.DockerfileBuildGlobalConfiguration;
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
  }

  @Override
  protected String stringInLogExpected() {
    return "docker && linux";
  }
}
