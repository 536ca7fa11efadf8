package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ManifestJson.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * OCI layouts with a manifest and a configuration, whose layers the engine's store has as blobs:
 * containerd takes them from there (seen on Docker 28.5.2 with containerd 2.1.9). An image's id is
 * the digest of its manifest.
 */
final class ManifestIntake implements ImageIntake {

  private final EngineImages images;
  private final KnownLayers layers;

  ManifestIntake(EngineImages images, KnownLayers layers) {
    this.images = images;
    this.layers = layers;
  }

  @Override
  public String image(Optional<String> layersOf, List<Digest> diffIds, byte[] configuration)
      throws IOException {
    List<Descriptor> named = layersOf.isPresent() ? layers.of(layersOf.get()) : List.of();
    return image(named, configuration, tar -> {});
  }

  @Override
  public String image(byte[] layer, byte[] configuration) throws IOException {
    Descriptor named = Descriptor.ofLayer(layer, Digest.of(layer), layer.length);
    return image(List.of(named), configuration, tar -> tar.put(blobName(named.digest()), layer));
  }

  @Override
  public IncomingImage.Form incoming() {
    return new IncomingLayers(layers);
  }

  private String image(List<Descriptor> named, byte[] configuration, ImageTar.Content blobs)
      throws IOException {
    byte[] manifest = ManifestJson.manifest(configuration, named);
    String id = Digest.of(manifest).toString();
    layers.remember(id, named);
    if (images.holds(id)) {
      return id;
    }
    return images.load(
        new ByteArrayInputStream(
            ImageTar.of(
                tar -> {
                  blobs.writeTo(tar);
                  tar.put(blobName(Digest.of(configuration)), configuration);
                  putLayout(tar, manifest);
                })));
  }

  /** What an archive ends with whose blobs stand in it, or in the engine's store. */
  static void putLayout(ImageTar tar, byte[] manifest) throws IOException {
    tar.put(blobName(Digest.of(manifest)), manifest);
    tar.put("index.json", ManifestJson.index(manifest));
    tar.put("oci-layout", ManifestJson.layout());
  }

  private static String blobName(Digest digest) {
    return "blobs/sha256/" + digest.hex();
  }
}
