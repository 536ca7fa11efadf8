package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import java.io.IOException;

/**
 * Makes the files of images readable: each {@link #open} creates a container of the image that is
 * never started. Thread-safe.
 */
@FunctionalInterface
public interface ImageContainers {

  /**
   * @throws IOException the image is gone, or the engine does not answer
   */
  ImageContainer open(String imageId) throws IOException;

  /** Containers that carry a session. */
  static ImageContainers of(Engine engine, String sessionId) {
    record Held(StepContainer container) implements ImageContainer {
      @Override
      public ContainerFiles files() {
        return container.files();
      }

      @Override
      public void close() {
        container.close();
      }
    }

    return image -> new Held(StepContainer.holding(engine, image, sessionId));
  }

  /** A container of an image, there to be read; closing removes it. */
  interface ImageContainer extends AutoCloseable {

    ContainerFiles files();

    @Override
    void close();
  }
}
