package io.jenkins.plugins.dockerfilebuild.image;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.util.List;
import java.util.Optional;

/**
 * A base image as an agent found it.
 *
 * @param imageId of the configuration, {@code sha256:…}
 * @param repositoryDigest {@code name@sha256:…} where it came from a registry
 * @param layers diff ids, lowest first; they identify the content wherever the image lies
 * @param bytes of all layers, unpacked; 0 if that is not known
 */
public record ImageDescription(
    String imageId,
    Optional<String> repositoryDigest,
    String platform,
    List<Digest> layers,
    ImageConfig config,
    long createdMillis,
    long bytes) {

  /** An image whose size nobody told. */
  public ImageDescription(
      String imageId,
      Optional<String> repositoryDigest,
      String platform,
      List<Digest> layers,
      ImageConfig config,
      long createdMillis) {
    this(imageId, repositoryDigest, platform, layers, config, createdMillis, 0);
  }
}
