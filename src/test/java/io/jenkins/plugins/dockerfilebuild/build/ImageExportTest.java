package io.jenkins.plugins.dockerfilebuild.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import io.jenkins.plugins.dockerfilebuild.scheduling.BuiltImage;
import io.jenkins.plugins.dockerfilebuild.scheduling.PlanExecution.Outcome.Built;
import io.jenkins.plugins.dockerfilebuild.scheduling.Progress;
import io.jenkins.plugins.dockerfilebuild.scheduling.TestAgents;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageExportTest {

  private static final List<String> NAMES = List.of("app:1");

  @TempDir private Path scratch;

  @ParameterizedTest
  @CsvSource({
    "DOCKER, DOCKER, [app:1]",
    "OCI, OCI, []",
    "TAR, TAR, []",
    "LOCAL, LOCAL, []",
    "OCI, DOCKER, []"
  })
  void anImageIsTakenByItsIdWhereItsNameMayMeanAnother(
      ImageOutput.Type type, ImageOutput.Type written, String expected) {
    List<Object> asked = new ArrayList<>();
    Agent agent =
        TestAgents.answering(
            "a1",
            1,
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("saveImage");
              asked.addAll(List.of(arguments[0], arguments[1].toString()));
              throw new IOException("enough");
            });
    Built built = new Built(List.of(new BuiltImage("linux/amd64", "sha256:1", agent, NAMES)));
    ImageExport export = new ImageExport(built, NAMES, new Progress(event -> {}, () -> 0));

    assertThatThrownBy(() -> export.write(new ImageOutput(type, written, new Nowhere(), scratch)))
        .isInstanceOf(OutputFailedException.class)
        .hasMessageContaining("enough");

    assertThat(asked).containsExactly("sha256:1", expected);
  }

  private static final class Nowhere implements OutputTarget {
    @Override
    public String name() {
      return "nowhere";
    }

    @Override
    public void write(AtomicFiles.ContentWriter content) throws IOException {
      content.writeTo(OutputStream.nullOutputStream());
    }
  }
}
