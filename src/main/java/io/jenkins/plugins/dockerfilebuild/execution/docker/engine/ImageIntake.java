package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How an engine is given images whose layers it has, or that are small. Thread-safe. */
public interface ImageIntake {

  /** The way that fits an engine's image store. */
  static ImageIntake of(ImageStore store, Engine engine, EngineImages images, Path spool) {
    return switch (store) {
      case LAYERS -> new DockerIntake(images, Optional.empty());
      case ARCHIVES ->
          new DockerIntake(images, Optional.of(new WholeImages(engine, images, spool)));
      case MANIFESTS -> new ManifestIntake(images, new KnownLayers(engine, images));
    };
  }

  /**
   * The image with the layers of another; made if it is not there.
   *
   * @param layersOf an image of the engine; empty: the image has no layers
   * @param layers of that image, lowest first
   * @param configuration the image's configuration file, which names these layers
   * @return its id
   */
  String image(Optional<String> layersOf, List<Digest> layers, byte[] configuration)
      throws IOException;

  /**
   * The image of one layer; made if it is not there.
   *
   * @param layer its tar archive, not compressed
   * @param configuration the image's configuration file, which names this layer
   * @return its id
   */
  String image(byte[] layer, byte[] configuration) throws IOException;

  /** What the engine is to be told at the end of an archive from another agent. */
  IncomingImage.Form incoming();
}
