package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LentContainersTest {

  /** It was neither lent nor idle any more, and its image could not be removed. */
  @Test
  void aContainerThatACanceledReaderTookGoes() throws Exception {
    try (FakeEngine fake = new FakeEngine()) {
      fake.answers("POST /containers/create", 201, "{\"Id\":\"c1\",\"Warnings\":[]}");
      LentContainers containers = new LentContainers(fake.engine(), "session", Duration.ofHours(1));
      containers.open("image").close();

      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> containers.open("image")).isInstanceOf(CancellationException.class);
      Thread.interrupted();

      fake.awaitRequest("DELETE /containers/c1");
    }
  }
}
