package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.lines;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.tar;

import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.Transfer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.SourceImage;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ImageUsers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A container of a real engine that files are copied into, removed after each test. */
abstract class TransferOnEngine {

  final TestEngine testEngine = TestEngine.first();
  final TransferFixture fixture = new TransferFixture();
  final List<String> notices = new ArrayList<>();
  private StepContainer container;
  ContainerFiles files;

  @BeforeEach
  void createContainer() {
    container = StepContainer.holding(testEngine.engine(), testEngine.busybox(), "transfer-test");
    files = container.files();
  }

  @AfterEach
  void removeContainer() {
    container.close();
  }

  final void given(TransferFixture.TarContent content) throws IOException {
    files.write("/", new ByteArrayInputStream(tar(content)));
  }

  final void perform(Transfer transfer) throws IOException {
    perform(transfer, Optional.empty());
  }

  final void perform(Transfer transfer, Optional<ImageUsers.Owner> owner) throws IOException {
    fixture
        .transfer(image -> SourceImage.reading(testEngine, image))
        .perform(transfer, files, owner, notices::add);
  }

  final List<String> below(String path) throws IOException {
    return lines(files.read(path));
  }
}
