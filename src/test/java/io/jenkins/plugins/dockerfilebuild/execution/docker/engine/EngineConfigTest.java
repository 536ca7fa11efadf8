package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the environment of a process says of engines; docker-java takes properties for it, too. */
class EngineConfigTest {

  private static final String CONFIG = "DOCKER_CONFIG";
  private static final String TLS = "DOCKER_TLS_VERIFY";

  @TempDir private Path directory;

  @AfterEach
  void nothingIsSaid() {
    System.clearProperty(CONFIG);
    System.clearProperty(TLS);
  }

  @Test
  void aDamagedConfigOfDockerHindersNoConnection() throws IOException {
    Files.writeString(directory.resolve("config.json"), "{");
    System.setProperty(CONFIG, directory.toString());

    Engine engine = Engine.at("unix:///nowhere");

    assertThat(engine.host()).isEqualTo("unix:///nowhere");
    engine.close();
  }

  @Test
  void certificatesThatAreAskedForAndMissingAreToldWithTheEngine() {
    System.setProperty(TLS, "1");

    assertThatThrownBy(() -> Engine.at("tcp://127.0.0.1:1"))
        .isInstanceOf(AgentLostException.class)
        .hasMessageContaining("tcp://127.0.0.1:1")
        .hasMessageContaining("DOCKER_TLS_VERIFY");
  }
}
