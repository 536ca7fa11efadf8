package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryNameTest {

  @ParameterizedTest
  @CsvSource({
    "host:5000/app@sha256:00, host:5000, app, latest",
    "host:5000/app:1@sha256:00, host:5000, app, 1",
    "busybox, registry-1.docker.io, library/busybox, latest",
    "team/app:2, registry-1.docker.io, team/app, 2",
    "docker.io/team/app, registry-1.docker.io, team/app, latest",
    "index.docker.io/library/app:1, registry-1.docker.io, library/app, 1",
    "localhost/app:1, localhost, app, 1",
    "Host/app:1, Host, app, 1",
    "host:5000/deep/team/app, host:5000, deep/team/app, latest",
    "host:5000/app:1-linux-arm64, host:5000, app, 1-linux-arm64",
  })
  void namesAreReadAsDockerReadsThem(String name, String host, String repository, String tag) {
    assertThat(RegistryName.parse(name)).isEqualTo(new RegistryName(host, repository, tag));
  }
}
