package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.to;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.FakeEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FileTransferTest {

  /** With a slash in Docker 20.10, without one in 28.5. */
  @ParameterizedTest
  @ValueSource(strings = {"/dst/f", "dst/f"})
  void whatIsInTheWayIsNamedByItsPathHoweverTheEngineWritesIt(String path) throws Exception {
    TransferFixture fixture = new TransferFixture();
    try (FakeEngine fake = new FakeEngine()) {
      fake.answers("POST /containers/create", 201, "{\"Id\":\"c\"}")
          .answers("HEAD /containers/c/archive", 404, "")
          .answers(
              "PUT /containers/c/archive",
              400,
              "{\"message\":\"cannot overwrite directory \\\"%s\\\" with non-directory \\\"/\\\"\"}"
                  .formatted(path));
      StepContainer container = StepContainer.holding(fake.engine(), "base", "session");

      assertThatThrownBy(
              () ->
                  fixture
                      .transfer(image -> null)
                      .perform(
                          to("/dst/", fixture.context("f", fixture.file("", 0644, "F"))),
                          container.files(),
                          Optional.empty(),
                          notice -> {}))
          .isInstanceOf(TransferException.class)
          .hasMessage("cannot copy a file to /dst/f: there is a directory");
    }
  }
}
