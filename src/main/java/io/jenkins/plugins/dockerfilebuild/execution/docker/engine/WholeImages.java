package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.ProducedStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * Gives layers of an image another configuration on engines that load images only with all their
 * layers: Podman answers "Some layer tarfiles are missing in the tarball" otherwise (seen on
 * 4.3.1). Thread-safe.
 */
final class WholeImages {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RawApi api;
  private final EngineImages images;
  private final Path spool;

  /**
   * @param spool a directory for archives in passing
   */
  WholeImages(Engine engine, EngineImages images, Path spool) {
    this.api = new RawApi(engine);
    this.images = images;
    this.spool = spool;
  }

  /**
   * Loads an image that has the layers of another.
   *
   * @param layersOf an image of the engine
   * @param layers of that image, lowest first
   * @param head what stands before the layers, which it names as {@link DockerIntake#layerName}
   *     does
   * @return the image's id
   */
  String load(String layersOf, List<Digest> layers, ImageTar.Content head) throws IOException {
    Path archive = Files.createTempFile(spool, "image", ".tar");
    try {
      try (OutputStream file = Files.newOutputStream(archive)) {
        api.save(List.of(layersOf), file);
      }
      try (ProducedStream image =
          ProducedStream.of("load image", out -> write(archive, layers, head, out))) {
        String id = images.load(image);
        image.throwFailure();
        return id;
      }
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  private static void write(
      Path archive, List<Digest> layers, ImageTar.Content head, OutputStream out)
      throws IOException {
    try (TarFile saved = new TarFile(archive.toFile())) {
      ImageTar tar = new ImageTar(out);
      head.writeTo(tar);
      JsonNode names;
      try (InputStream manifest = saved.getInputStream(entry(saved, "manifest.json"))) {
        names = JSON.readTree(manifest).path(0).path("Layers");
      }
      for (int i = 0; i < layers.size(); i++) {
        TarArchiveEntry layer = entry(saved, names.path(i).asText());
        try (InputStream content = saved.getInputStream(layer)) {
          tar.put(DockerIntake.layerName(layers.get(i)), layer.getSize(), content);
        }
      }
      tar.finish();
    }
  }

  /** A layer that stands twice is a link to the first. */
  private static TarArchiveEntry entry(TarFile archive, String name) throws IOException {
    TarArchiveEntry entry = find(archive, name);
    if (!entry.isSymbolicLink()) {
      return entry;
    }
    Path target = Path.of(name).resolveSibling(entry.getLinkName()).normalize();
    return find(archive, target.toString());
  }

  private static TarArchiveEntry find(TarFile archive, String name) throws IOException {
    return archive.getEntries().stream()
        .filter(entry -> entry.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new IOException("the engine's archive of the image lacks " + name));
  }
}
