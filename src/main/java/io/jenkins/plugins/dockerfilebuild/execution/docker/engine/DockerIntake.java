package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Archives as {@code docker save} of Docker 1.10 wrote them, with a configuration and no layers:
 * the engine looks for each layer in its store first (seen on 20.10.24). An image's id is the
 * digest of its configuration.
 */
final class DockerIntake implements ImageIntake {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final EngineImages images;
  private final Optional<WholeImages> whole;

  /**
   * @param whole for an engine that does not take images without the layers that it has
   */
  DockerIntake(EngineImages images, Optional<WholeImages> whole) {
    this.images = images;
    this.whole = whole;
  }

  @Override
  public String image(Optional<String> layersOf, List<Digest> layers, byte[] configuration)
      throws IOException {
    String id = Digest.of(configuration).toString();
    if (images.holds(id)) {
      return id;
    }
    ImageTar.Content head = tar -> putImage(tar, configuration, layers);
    if (whole.isPresent() && layersOf.isPresent()) {
      return whole.get().load(layersOf.get(), layers, head);
    }
    return images.load(new ByteArrayInputStream(ImageTar.of(head)));
  }

  @Override
  public String image(byte[] layer, byte[] configuration) throws IOException {
    String id = Digest.of(configuration).toString();
    if (images.holds(id)) {
      return id;
    }
    Digest diffId = Digest.of(layer);
    return images.load(
        new ByteArrayInputStream(
            ImageTar.of(
                tar -> {
                  putImage(tar, configuration, List.of(diffId));
                  tar.put(layerName(diffId), layer);
                })));
  }

  @Override
  public IncomingImage.Form incoming() {
    return new Nameless();
  }

  /** The manifest that came, without names. */
  static final class Nameless implements IncomingImage.Form {

    @Override
    public InputStream file(String name, InputStream content) {
      return content;
    }

    @Override
    public void link(String name, String target) {
      // It stands in the archive.
    }

    @Override
    public void end(JsonNode image, ImageTar out) throws IOException {
      putManifest(out, image.path("Config"), image.path("Layers"));
    }
  }

  private static void putImage(ImageTar tar, byte[] configuration, List<Digest> layers)
      throws IOException {
    String name = Digest.of(configuration).hex() + ".json";
    ArrayNode names = JSON.createArrayNode();
    layers.forEach(layer -> names.add(layerName(layer)));
    tar.put(name, configuration);
    putManifest(tar, TextNode.valueOf(name), names);
  }

  private static void putManifest(ImageTar tar, JsonNode configuration, JsonNode layers)
      throws IOException {
    ArrayNode manifest = JSON.createArrayNode();
    ObjectNode image = manifest.addObject();
    image.set("Config", configuration);
    image.putNull("RepoTags");
    image.set("Layers", layers);
    tar.put("manifest.json", JSON.writeValueAsBytes(manifest));
  }

  static String layerName(Digest layer) {
    return layer.hex() + "/layer.tar";
  }
}
