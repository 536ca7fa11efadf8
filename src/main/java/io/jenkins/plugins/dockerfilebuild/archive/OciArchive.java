package io.jenkins.plugins.dockerfilebuild.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An image as an archive of an OCI image layout (image specification 1.1, {@code image-layout.md}).
 * Layers stay as they are, uncompressed, so a layer's digest is its diff id, which is verified; the
 * same image yields the same bytes. Used once, by one thread.
 */
public final class OciArchive {

  private static final String TYPES = "application/vnd.oci.image.";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DockerArchive image;
  private final TarArchiveOutputStream out;
  private final Set<Digest> written = new HashSet<>();

  private OciArchive(DockerArchive image, OutputStream out) {
    this.image = image;
    this.out = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
    this.out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  /**
   * Writes the archive.
   *
   * @param imageArchive of one image, as {@code docker save} writes it
   * @param names of the image; none is fine
   * @throws IOException also where a layer is not what the image's configuration says
   */
  public static void write(Path imageArchive, List<String> names, OutputStream out)
      throws IOException {
    try (DockerArchive image = DockerArchive.open(imageArchive)) {
      new OciArchive(image, out).write(names);
    }
  }

  private void write(List<String> names) throws IOException {
    for (String directory : List.of("blobs/", "blobs/sha256/")) {
      put(entry(directory, 0));
      out.closeArchiveEntry();
    }
    Bytes configuration = image.configuration();
    ObjectNode manifest = JSON.createObjectNode().put("schemaVersion", 2);
    manifest.put("mediaType", TYPES + "manifest.v1+json");
    manifest.set("config", descriptor("config.v1+json", blob(configuration)));
    manifest.set("layers", layers());
    Blob manifestBlob = blob(Bytes.of(JSON.writeValueAsBytes(manifest)));
    file("index.json", index(manifestBlob, platform(configuration), names));
    file("oci-layout", JSON.createObjectNode().put("imageLayoutVersion", "1.0.0"));
    out.finish();
  }

  /** Content and its size. */
  private record Blob(Digest digest, long size) {}

  private ArrayNode layers() throws IOException {
    ArrayNode layers = JSON.createArrayNode();
    List<Digest> diffIds = image.diffIds();
    for (int layer = 0; layer < diffIds.size(); layer++) {
      Blob blob = measure(layer, diffIds.get(layer));
      if (written.add(blob.digest)) {
        try (InputStream content = image.layer(layer)) {
          put(entry(path(blob.digest), blob.size));
          content.transferTo(out);
          out.closeArchiveEntry();
        }
      }
      layers.add(descriptor("layer.v1.tar", blob));
    }
    return layers;
  }

  /** Reads the layer once before it is written: an entry's size stands before its content. */
  private Blob measure(int layer, Digest diffId) throws IOException {
    MessageDigest digest = Digest.sha256();
    try (InputStream content = new DigestInputStream(image.layer(layer), digest)) {
      long size = content.transferTo(OutputStream.nullOutputStream());
      Digest found = Digest.from(digest);
      if (!found.equals(diffId)) {
        throw new IOException(
            "the engine's archive of the image is damaged: layer %d is %s, not %s"
                .formatted(layer, found, diffId));
      }
      return new Blob(diffId, size);
    }
  }

  private Blob blob(Bytes content) throws IOException {
    byte[] bytes = content.toArray();
    Digest digest = Digest.of(bytes);
    if (written.add(digest)) {
      put(entry(path(digest), bytes.length));
      out.write(bytes);
      out.closeArchiveEntry();
    }
    return new Blob(digest, bytes.length);
  }

  /** One entry for each name, annotated as BuildKit does, so that importers find the names. */
  private static ObjectNode index(Blob manifest, ObjectNode platform, List<String> names) {
    ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2);
    index.put("mediaType", TYPES + "index.v1+json");
    ArrayNode manifests = index.putArray("manifests");
    List<String> all = new ArrayList<>(names.isEmpty() ? List.of("") : names);
    for (String name : all) {
      ObjectNode entry = descriptor("manifest.v1+json", manifest);
      if (!name.isEmpty()) {
        ImageName full = ImageName.of(name);
        entry
            .putObject("annotations")
            .put("io.containerd.image.name", full.toString())
            .put("org.opencontainers.image.ref.name", full.tag());
      }
      entry.set("platform", platform);
      manifests.add(entry);
    }
    return index;
  }

  private static ObjectNode platform(Bytes configuration) throws IOException {
    JsonNode image = JSON.readTree(configuration.toArray());
    ObjectNode platform = JSON.createObjectNode();
    for (String field : List.of("architecture", "os", "variant")) {
      String value = image.path(field).asText();
      if (!value.isEmpty()) {
        platform.put(field, value);
      }
    }
    return platform;
  }

  private static ObjectNode descriptor(String type, Blob blob) {
    return JSON.createObjectNode()
        .put("mediaType", TYPES + type)
        .put("digest", blob.digest.toString())
        .put("size", blob.size);
  }

  private static String path(Digest digest) {
    return "blobs/sha256/" + digest.hex();
  }

  private void file(String name, ObjectNode content) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(content);
    put(entry(name, bytes.length));
    out.write(bytes);
    out.closeArchiveEntry();
  }

  private void put(TarArchiveEntry entry) throws IOException {
    out.putArchiveEntry(entry);
  }

  /** Without a time, for the same image is to be the same archive. */
  private static TarArchiveEntry entry(String name, long size) {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setModTime(0);
    entry.setSize(size);
    return entry;
  }
}
