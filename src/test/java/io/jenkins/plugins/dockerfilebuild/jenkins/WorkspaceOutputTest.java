package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.build.ImageOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user may ask to be written into the workspace. */
class WorkspaceOutputTest {

  @Test
  void typeAndPlaceAreReadInAnyOrder() {
    WorkspaceOutput output = WorkspaceOutput.parse("dest=out/image.tar, type=OCI");
    assertThat(output.type()).isEqualTo(ImageOutput.Type.OCI);
    assertThat(output.dest()).isEqualTo("out/image.tar");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type=tar,dest=/etc/passwd",
        "type=tar,dest=../other/image.tar",
        "type=local,dest=a/../../b",
        "type=tar,dest=",
        "type=tar"
      })
  void aPlaceOutsideOfTheWorkspaceIsRefused(String text) {
    assertThatThrownBy(() -> WorkspaceOutput.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("relative to it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"type=registry,dest=x", "dest=x"})
  void anUnknownTypeIsRefusedWithThoseThatThereAre(String text) {
    assertThatThrownBy(() -> WorkspaceOutput.parse(text))
        .hasMessageContaining("docker, oci, tar and local");
  }

  @ParameterizedTest
  @ValueSource(strings = {"image.tar", "type=tar,dest=x,compression=gzip", ""})
  void whatIsNoAttributeIsRefused(String text) {
    assertThatThrownBy(() -> WorkspaceOutput.parse(text)).hasMessageContaining("outputs:");
  }
}
