package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentOpeningIT {

  @TempDir private Path state;

  @Test
  void anAgentThatCannotBeOpenedLeavesNoSession() throws Exception {
    TestEngine engine = TestEngine.first();
    try (DockerAgent agent = DockerAgent.connect(engine.host(), state)) {
      assertThat(agent.info().platform()).startsWith("linux/");
    }
    Path own;
    try (var engines = Files.list(state.resolve("engines"))) {
      own = engines.findFirst().orElseThrow();
    }
    Files.delete(own.resolve("id"));
    Path inTheWay = Files.createDirectory(own.resolve("id"));

    assertThatThrownBy(() -> DockerAgent.connect(engine.host(), state))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("the state directory " + state + " cannot be used");
    assertThat(own.resolve("sessions")).isEmptyDirectory();

    Files.delete(inTheWay);
    DockerAgent.connect(engine.host(), state).close();
  }
}
