package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.attributes;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.tar;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.text;

import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers.ImageContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RawApi;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.UUID;

/** An image made of a few files, there for one test. */
public record SourceImage(TestEngine testEngine, String id) implements AutoCloseable {

  public static SourceImage of(TestEngine testEngine, TransferFixture.TarContent content)
      throws IOException {
    String tag = "dockerfile-build/source:" + UUID.randomUUID();
    new RawApi(testEngine.engine())
        .importRootFileSystem(tag, new ByteArrayInputStream(tar(content)));
    String id = testEngine.engine().ask(docker -> docker.inspectImageCmd(tag).exec().getId());
    return new SourceImage(testEngine, id);
  }

  /** A directory with a file of two names, a link to it and set-id bits, of user 1000. */
  public static void stage(TarWriter tar) throws IOException {
    tar.directory("/s", attributes(0700, 1000, 1001));
    tar.symbolicLink("/s/link", attributes(0777, 1000, 1001), "q/one");
    tar.directory("/s/q", attributes(02750, 1000, 1001));
    text(tar, "/s/q/one", attributes(04711, 1000, 1001), "1");
    tar.hardLink("/s/q/two", attributes(04711, 1000, 1001), "/s/q/one");
  }

  /** A container for reading the image. */
  public static ImageContainer reading(TestEngine testEngine, String imageId) {
    StepContainer container =
        StepContainer.holding(testEngine.engine(), imageId, "source-image-test");
    return new ImageContainer() {
      @Override
      public ContainerFiles files() {
        return container.files();
      }

      @Override
      public void close() {
        container.close();
      }
    };
  }

  @Override
  public void close() {
    testEngine.engine().ask(docker -> docker.removeImageCmd(id).withForce(true).exec());
  }
}
