package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.FilePath;
import io.jenkins.plugins.dockerfilebuild.build.ImageOutput;
import java.io.File;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What messages call that which is written into a workspace. */
final class WorkspaceOutputIT {

  @TempDir private File workspace;

  @Test
  void theEngineWritesAnArchiveAndTheUserReadsWhatBecomesOfIt() {
    ImageOutput output =
        WorkspaceOutput.parse("type=local,dest=out")
            .output(new FilePath(workspace), null, List.of());

    assertThat(output.type()).isEqualTo(ImageOutput.Type.LOCAL);
    assertThat(output.written()).isEqualTo(ImageOutput.Type.DOCKER);
    assertThat(output.target().name()).isEqualTo("out in the workspace");
  }
}
