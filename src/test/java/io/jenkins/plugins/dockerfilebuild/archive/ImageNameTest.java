package io.jenkins.plugins.dockerfilebuild.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNameTest {

  @ParameterizedTest
  @CsvSource({
    "app, docker.io/library/app:latest",
    "app:1, docker.io/library/app:1",
    "team/app:1, docker.io/team/app:1",
    "docker.io/app, docker.io/library/app:latest",
    "localhost/app, localhost/app:latest",
    "host:5000/team/app, host:5000/team/app:latest",
    "host.example/app:2, host.example/app:2",
    "Host/app:2, Host/app:2"
  })
  void aNameInFull(String familiar, String full) {
    assertThat(ImageName.of(familiar)).hasToString(full);
  }
}
