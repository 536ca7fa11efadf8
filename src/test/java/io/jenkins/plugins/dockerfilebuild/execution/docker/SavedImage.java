package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * What {@code docker save} has written. Where a layer lies, only its manifest says: {@code
 * ID/layer.tar} up to Docker 24, {@code blobs/sha256/DIGEST} since 25.
 *
 * @param files content by name
 */
public record SavedImage(Map<String, byte[]> files) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads an archive. */
  public static SavedImage of(byte[] archive) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(archive))) {
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        files.put(entry.getName(), tar.readAllBytes());
      }
    }
    return new SavedImage(files);
  }

  JsonNode manifest() throws IOException {
    return JSON.readTree(files.get("manifest.json")).path(0);
  }

  /** The layers that the archive has, lowest first, unpacked. */
  List<byte[]> layers() throws IOException {
    List<byte[]> layers = new ArrayList<>();
    for (JsonNode layer : manifest().path("Layers")) {
      if (files.containsKey(layer.asText())) {
        layers.add(unpacked(files.get(layer.asText())));
      }
    }
    return layers;
  }

  /** Engines that keep their images in containerd save layers as they came. */
  private static byte[] unpacked(byte[] layer) throws IOException {
    boolean gzip = layer.length > 1 && layer[0] == 0x1f && layer[1] == (byte) 0x8b;
    try (InputStream content = new ByteArrayInputStream(layer)) {
      return gzip ? new GZIPInputStream(content).readAllBytes() : content.readAllBytes();
    }
  }

  /** The names of all files in the layers that the archive has. */
  public List<String> layerFiles() throws IOException {
    List<String> names = new ArrayList<>();
    for (byte[] layer : layers()) {
      try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(layer))) {
        for (TarArchiveEntry file; (file = tar.getNextEntry()) != null; ) {
          names.add(file.getName());
        }
      }
    }
    return names;
  }
}
