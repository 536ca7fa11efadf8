package io.jenkins.plugins.dockerfilebuild.jenkins.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.ExtensionList;
import hudson.model.AdministrativeMonitor;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.yaml.YamlSource;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.ClusterSettings;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.HazelcastCluster;
import io.jenkins.plugins.dockerfilebuild.jenkins.SharedJenkins;
import io.jenkins.plugins.dockerfilebuild.jenkins.administration.ClusterMonitor;
import io.jenkins.plugins.dockerfilebuild.jenkins.administration.DockerfileBuildGlobalConfiguration;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cluster that makes no sense is told to the administrator, and stops no build. */
final class ClusterConfigurationIT {

  @RegisterExtension static final SharedJenkins jenkins = new SharedJenkins();

  @AfterEach
  void alone() {
    DockerfileBuildGlobalConfiguration.get().setCluster(null);
  }

  /** Seen on a controller: a wrong role in a file of configuration as code was a page 500. */
  @ParameterizedTest
  @CsvSource({
    "role: membr, none of none",
    "'role: member, listen: \"nowhere:\"', nowhere:",
    "'role: client, members: \"10.0.0.5:99999\"', 10.0.0.5:99999",
  })
  void whatMakesNoSenseIsToldAndStopsNoBuild(String cluster, String told) throws Exception {
    String yaml = "unclassified: {dockerfileBuild: {cluster: {" + cluster + "}}}";
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    ConfigurationAsCode.get().configureWith(YamlSource.of(new ByteArrayInputStream(bytes)));

    assertThat(monitor().isActivated()).isTrue();
    assertThat(monitor().getProblem()).contains(told);
    ClusterConfiguration configuration = DockerfileBuildGlobalConfiguration.get().getCluster();
    try (PoolCoordination.Use use = PoolCoordination.get().use(configuration)) {
      assertThat(use.problem()).hasValueSatisfying(why -> assertThat(why).contains(told));
      assertThat(use.caches()).isNotNull();
    }
  }

  @Test
  void aloneNothingIsTold() {
    assertThat(monitor().isActivated()).isFalse();
  }

  /** Seen on a controller: after the last member had gone, every build failed. */
  @Test
  @Timeout(60)
  void aClientWhoseClusterIsGoneBuildsWithoutIt() {
    ClusterConfiguration client = new ClusterConfiguration();
    client.setRole("client");
    try (HazelcastCluster other = HazelcastCluster.member(ClusterSettings.loopback())) {
      client.setMembers(other.address().toString());
      assertThat(problem(client)).isEmpty();
    }
    while (problem(client).isEmpty()) {
      Thread.onSpinWait();
    }

    assertThat(problem(client)).hasValueSatisfying(why -> assertThat(why).contains("cannot reach"));
  }

  private static Optional<String> problem(ClusterConfiguration configuration) {
    try (PoolCoordination.Use use = PoolCoordination.get().use(configuration)) {
      return use.problem();
    }
  }

  private static ClusterMonitor monitor() {
    return ExtensionList.lookup(AdministrativeMonitor.class).get(ClusterMonitor.class);
  }
}
