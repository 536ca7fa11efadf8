package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.DockerException;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RawApiTest {

  /** An engine sends its status first, so what goes wrong later stands in the messages. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"errorDetail\":{\"message\":\"no space\"},\"error\":\"no space\"}",
        "{\"errorDetail\":{\"message\":\"no space\"}}",
        "{\"error\":\"no space\"}"
      })
  void aLoadThatFailsOnTheWayFails(String message) throws Exception {
    try (FakeEngine fake = new FakeEngine()) {
      fake.answers("POST /images/load", 200, "{\"stream\":\"half\"}\r\n" + message);
      RawApi api = new RawApi(fake.engine());

      assertThatThrownBy(() -> api.load(new ByteArrayInputStream(new byte[0])))
          .isInstanceOf(DockerException.class)
          .hasMessageContaining("no space");
    }
  }
}
