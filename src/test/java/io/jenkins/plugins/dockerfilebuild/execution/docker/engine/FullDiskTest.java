package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.DockerException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {

  /** A file system on which nothing can be stored. */
  private static final Path FULL = Path.of("/proc");

  private static final String RUNC =
      "OCI runtime create failed: runc create failed: unable to start container process: error"
          + " during container init: unable to store init state: %!w(<nil>): unknown";

  @TempDir private Path state;

  @Test
  void whateverFailsOnAFullDiskIsTheAgentsTrouble() {
    StepOutcome outcome = new FullDisk(FULL, state).failure(RUNC);

    assertThat(outcome).isInstanceOf(StepOutcome.Lost.class);
    assertThat(((StepOutcome.Lost) outcome).reason())
        .contains("its disk is full at /proc (the engine's data)", "store init state");
  }

  /** A disk that is full is in LostInfrastructureIT; this one tells no size at all. */
  @Test
  void aCommandThatEndsWellHasItsResultWhereNobodyKnowsHowMuchRoomThereIs() {
    assertThat(new FullDisk(FULL, state).commandEnd(Optional.empty())).isEmpty();
  }

  @Test
  void whereThereIsRoomAFailureIsTheSteps() {
    assertThat(new FullDisk(state, state).failure(RUNC))
        .isEqualTo(new StepOutcome.Failed(-1, RUNC));
  }

  @Test
  void aFullDiskThatAnEngineTellsOfIsALostAgent() {
    DockerException refusal =
        new DockerException("write /var/lib/docker/tmp/x: no space left on device", 500);
    FullDisk disk = new FullDisk(state, state);
    assertThatThrownBy(
            () ->
                disk.guard(
                    () -> {
                      throw refusal;
                    }))
        .isInstanceOf(AgentLostException.class)
        .hasMessageContaining("its disk is full at " + state)
        .hasMessageContaining("docker system df");
  }

  @Test
  void otherFailuresStayWhatTheyAre() {
    IOException other = new IOException("permission denied");
    FullDisk disk = new FullDisk(state, state);
    assertThatThrownBy(
            () ->
                disk.guard(
                    () -> {
                      throw other;
                    }))
        .isSameAs(other);
  }
}
