package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes what stands beside the blobs of an image in an OCI layout (OCI image specification, {@code
 * manifest.md} and {@code image-layout.md}).
 */
final class ManifestJson {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MEDIA_TYPE = "mediaType";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String CONFIGURATION = "application/vnd.oci.image.config.v1+json";

  private ManifestJson() {}

  /** A blob as a manifest names it. */
  record Descriptor(String mediaType, Digest digest, long size) {

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException its digest is none
     */
    static Descriptor of(JsonNode node) {
      return new Descriptor(
          node.path(MEDIA_TYPE).asText(),
          Digest.parse(node.path("digest").asText()),
          node.path("size").asLong());
    }

    /** Of a layer's archive, by the bytes that it begins with. */
    static Descriptor ofLayer(byte[] begin, Digest digest, long size) {
      return new Descriptor(
          "application/vnd.oci.image.layer.v1.tar" + compression(begin), digest, size);
    }

    private static String compression(byte[] begin) {
      if (begins(begin, 0x1f, 0x8b)) {
        return "+gzip";
      }
      return begins(begin, 0x28, 0xb5, 0x2f, 0xfd) ? "+zstd" : "";
    }

    private static boolean begins(byte[] bytes, int... magic) {
      for (int i = 0; i < magic.length; i++) {
        if (bytes.length <= i || (bytes[i] & 0xff) != magic[i]) {
          return false;
        }
      }
      return true;
    }

    private ObjectNode json() {
      return JSON.createObjectNode()
          .put(MEDIA_TYPE, mediaType)
          .put("digest", digest.toString())
          .put("size", size);
    }
  }

  /** The manifest of an image; its digest is the image's id in containerd. */
  static byte[] manifest(byte[] configuration, List<Descriptor> layers) {
    ObjectNode manifest = JSON.createObjectNode().put("schemaVersion", 2).put(MEDIA_TYPE, MANIFEST);
    manifest.set(
        "config",
        new Descriptor(CONFIGURATION, Digest.of(configuration), configuration.length).json());
    layers.forEach(layer -> manifest.withArray("layers").add(layer.json()));
    if (layers.isEmpty()) {
      manifest.putArray("layers");
    }
    return bytes(manifest);
  }

  /** The {@code index.json} of a layout with one image, which has no name. */
  static byte[] index(byte[] manifest) {
    ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2);
    index
        .putArray("manifests")
        .add(new Descriptor(MANIFEST, Digest.of(manifest), manifest.length).json());
    return bytes(index);
  }

  /** The {@code oci-layout} file. */
  static byte[] layout() {
    return bytes(JSON.createObjectNode().put("imageLayoutVersion", "1.0.0"));
  }

  private static byte[] bytes(JsonNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }
}
