package io.jenkins.plugins.dockerfilebuild.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/** A file with one image, as {@code docker save} writes it. Used by one thread. */
final class DockerArchive implements AutoCloseable {

  /** Configurations and manifests are read into memory; real ones have some kilobytes. */
  private static final int MAX_JSON_BYTES = 8 << 20;

  private static final int GZIP_MAGIC = 0x1f8b;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TarFile file;
  private final Map<String, TarArchiveEntry> members = new HashMap<>();
  private final JsonNode manifest;

  private DockerArchive(TarFile file) throws IOException {
    this.file = file;
    file.getEntries().forEach(entry -> members.put(entry.getName(), entry));
    this.manifest = JSON.readTree(read("manifest.json").toArray()).path(0);
  }

  static DockerArchive open(Path path) throws IOException {
    TarFile file = new TarFile(path.toFile());
    try {
      return new DockerArchive(file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The image's configuration, byte for byte: its digest is the image's id. */
  Bytes configuration() throws IOException {
    return read(manifest.path("Config").asText());
  }

  int layerCount() {
    return manifest.path("Layers").size();
  }

  /** A layer's tar archive, uncompressed; the lowest has number 0. */
  InputStream layer(int number) throws IOException {
    TarArchiveEntry entry = member(manifest.path("Layers").path(number).asText());
    BufferedInputStream content = new BufferedInputStream(file.getInputStream(entry));
    content.mark(2);
    int magic = content.read() << 8 | content.read();
    content.reset();
    // Docker's containerd image store keeps layers as the registry had them.
    return magic == GZIP_MAGIC ? new GZIPInputStream(content) : content;
  }

  /**
   * Digests of the layers' uncompressed archives, lowest first, as the configuration has them.
   *
   * @throws IOException there are more or fewer than layers
   */
  List<Digest> diffIds() throws IOException {
    List<Digest> ids = new ArrayList<>();
    try {
      for (JsonNode id : JSON.readTree(configuration().toArray()).at("/rootfs/diff_ids")) {
        ids.add(Digest.parse(id.asText()));
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("the engine's archive of the image names a layer wrongly", e);
    }
    if (ids.size() != layerCount()) {
      throw new IOException(
          "the engine's archive has %d layers, its configuration %d"
              .formatted(layerCount(), ids.size()));
    }
    return ids;
  }

  private Bytes read(String name) throws IOException {
    try (InputStream stream = file.getInputStream(member(name))) {
      byte[] content = stream.readNBytes(MAX_JSON_BYTES + 1);
      if (content.length > MAX_JSON_BYTES) {
        throw new IOException("the engine's archive of the image has a too large " + name);
      }
      return Bytes.of(content);
    }
  }

  /** A layer that occurs twice is a symbolic link to its first occurrence. */
  private TarArchiveEntry member(String name) throws IOException {
    TarArchiveEntry entry = members.get(name);
    if (entry != null && entry.isSymbolicLink()) {
      String target = Path.of(name).resolveSibling(entry.getLinkName()).normalize().toString();
      entry = members.get(target);
    }
    if (entry == null) {
      throw new IOException("the engine's archive of the image lacks " + name);
    }
    return entry;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
