package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.FilePath;
import io.jenkins.plugins.dockerfilebuild.build.ImageOutput;
import io.jenkins.plugins.dockerfilebuild.build.OutputTarget;
import java.io.File;
import java.io.IOException;
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

  /** What a lost agent left of it was in the build context of the next build. */
  @Test
  void theArchiveLiesBesideTheWorkspace() {
    File folder = new File(workspace, "job");
    assertThat(folder.mkdir()).isTrue();
    OutputTarget target =
        WorkspaceOutput.parse("type=local,dest=out")
            .output(new FilePath(folder), null, List.of())
            .target();

    assertThatThrownBy(
            () ->
                target.write(
                    archive -> {
                      assertThat(folder).isEmptyDirectory();
                      throw new IOException("the engine broke off");
                    }))
        .hasMessage("the engine broke off");

    assertThat(new File(workspace, "job@tmp")).isEmptyDirectory();
  }
}
