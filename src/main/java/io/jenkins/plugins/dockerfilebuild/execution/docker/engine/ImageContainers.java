package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import java.io.IOException;

/** Makes the files of images readable, by containers that are never started. Thread-safe. */
@FunctionalInterface
public interface ImageContainers {

  /**
   * @throws IOException the image is gone, or the engine does not answer
   */
  ImageContainer open(String imageId) throws IOException;

  /** A container of an image, there to be read; for one user; closing gives it back. */
  interface ImageContainer extends AutoCloseable {

    ContainerFiles files();

    @Override
    void close();
  }
}
