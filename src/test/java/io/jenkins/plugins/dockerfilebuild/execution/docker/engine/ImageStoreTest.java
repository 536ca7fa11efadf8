package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By answers of Docker 28.5.2 with either store and of Podman 4.3.1, shortened. */
class ImageStoreTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "LAYERS | {'Driver':'overlay2','DriverStatus':[['Backing Filesystem','extfs']]}",
        "MANIFESTS"
            + " | {'Driver':'overlayfs','DriverStatus':[['driver-type','io.containerd.snapshotter.v1']]}",
        "ARCHIVES | {'Driver':'overlay','BuildahVersion':'1.28.2'}",
        "LAYERS | {}"
      })
  void isWhatTheEngineSays(ImageStore store, String info) throws IOException {
    assertThat(ImageStore.of(new ObjectMapper().readTree(info.replace('\'', '"'))))
        .isEqualTo(store);
  }
}
