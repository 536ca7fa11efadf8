package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.AbortException;
import hudson.EnvVars;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a freestyle job makes of its fields and the parameters of a run. */
final class ConfigurationsIT {

  @RegisterExtension static final SharedJenkins jenkins = new SharedJenkins();

  private final DockerfileBuildStep step = new DockerfileBuildStep();

  @Test
  void variablesAreReplaced() throws Exception {
    step.setTags("team/app:${VERSION}\n$EMPTY");
    step.setBuildArgs("VERSION=$VERSION");
    step.setAgents("$POOL");

    DockerfileBuildConfiguration made =
        of(new EnvVars("VERSION", "7", "EMPTY", "", "POOL", "a && b"));

    assertThat(made.image().tags()).containsExactly("team/app:7");
    assertThat(made.image().buildArguments()).containsEntry("VERSION", "7");
    assertThat(made.agents()).isEqualTo("a && b");
  }

  /** Who may give a version may not add arguments, nor tags to push. */
  @Test
  void aParameterStaysOneValue() throws Exception {
    step.setBuildArgs("VERSION=$VERSION");
    EnvVars hostile = new EnvVars("VERSION", "7\nBASE=evil");
    assertThat(of(hostile).image().buildArguments()).containsOnlyKeys("VERSION");

    step.setTags("team/app:$VERSION");
    assertThatThrownBy(() -> of(new EnvVars("VERSION", "7\nother/app:1")))
        .isInstanceOf(AbortException.class)
        .hasMessageStartingWith("tags: ");
  }

  /** What the credentials plugin makes of them, it makes of the parameter's own user. */
  @Test
  void credentialsAreNamedByNoVariable() throws Exception {
    step.setSecrets("token=${CREDENTIALS}");
    step.setSsh("$CREDENTIALS");

    DockerfileBuildConfiguration made = of(new EnvVars("CREDENTIALS", "deploy-key"));

    assertThat(made.secrets()).containsEntry("token", "${CREDENTIALS}");
    assertThat(made.ssh()).containsEntry("default", "$CREDENTIALS");
  }

  /** It was left as it was written, so no login fitted the registry that a tag named. */
  @Test
  void aRegistryIsNamedByVariables() throws Exception {
    step.setRegistry(List.of(new RegistryEndpoint("https://$REGISTRY/team", "${CREDENTIALS}")));

    RegistryEndpoint made =
        of(new EnvVars("REGISTRY", "registry.example.org:5000", "CREDENTIALS", "key"))
            .registries()
            .get(0);

    assertThat(made.host()).isEqualTo("registry.example.org:5000");
    assertThat(made.getCredentialsId()).isEqualTo("${CREDENTIALS}");
  }

  @Test
  void aNamespaceIsNoFork() {
    step.setCacheNamespace("team#somebody");
    assertThatThrownBy(() -> of(new EnvVars()))
        .isInstanceOf(AbortException.class)
        .hasMessageStartingWith("cacheNamespace: ");
  }

  private DockerfileBuildConfiguration of(EnvVars variables) throws AbortException {
    return Configurations.of(step, variables::expand);
  }
}
