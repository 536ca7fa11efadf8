package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.ProducedStream;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ManifestJson.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * How the manifests of an engine's images name their layers. An engine with {@link
 * ImageStore#MANIFESTS} tells a manifest only within the archive of its image, among the layers: it
 * is read from there, once for each image, and the archive broken off as soon as it has come.
 * Thread-safe.
 */
final class KnownLayers {

  /** Of an image with 100 layers some 20 KB. */
  private static final int MOST_IMAGES = 1000;

  private final EngineImages images;
  private final RawApi api;

  /** By the image's id; what an image is made of never changes. */
  private final Map<String, List<Descriptor>> known = new HashMap<>();

  KnownLayers(Engine engine, EngineImages images) {
    this.images = images;
    this.api = new RawApi(engine);
  }

  /** The layers of an image that must be here, lowest first. */
  List<Descriptor> of(String imageId) throws IOException {
    Optional<List<Descriptor>> before = remembered(imageId);
    if (before.isPresent()) {
      return before.get();
    }
    List<Descriptor> learned = learn(imageId);
    remember(imageId, learned);
    return learned;
  }

  private synchronized Optional<List<Descriptor>> remembered(String imageId) {
    return Optional.ofNullable(known.get(imageId));
  }

  /** Of an image that is made or taken in now. */
  synchronized void remember(String imageId, List<Descriptor> layers) {
    if (known.size() >= MOST_IMAGES) {
      known.clear();
    }
    known.put(imageId, layers);
  }

  /** Those of some layers that an image here begins with, lowest first: as many as possible. */
  List<Descriptor> held(List<Digest> layers) throws IOException {
    EngineImages.Beginning here = images.longestBeginning(layers);
    return here.layers() == 0 ? List.of() : of(here.imageId()).subList(0, here.layers());
  }

  private List<Descriptor> learn(String imageId) throws IOException {
    List<Digest> layers = images.layers(imageId);
    if (layers.isEmpty()) {
      return List.of();
    }
    try (ProducedStream archive =
        ProducedStream.of("docker-save", out -> api.save(List.of(imageId), out))) {
      return new Search(layers).in(archive);
    }
  }

  /** Looks for the manifest of an image with these layers; an index has some of other platforms. */
  private static final class Search {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Registries need take no larger manifest (OCI distribution specification). */
    private static final int MOST_JSON_BYTES = 4 << 20;

    private final List<Digest> layers;
    private final List<JsonNode> manifests = new ArrayList<>();
    private final Map<String, JsonNode> documents = new HashMap<>();

    Search(List<Digest> layers) {
      this.layers = layers;
    }

    List<Descriptor> in(InputStream archive) throws IOException {
      TarArchiveInputStream tar = new TarArchiveInputStream(archive);
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        if (entry.isFile() && entry.getSize() <= MOST_JSON_BYTES) {
          take(entry.getName(), tar.readAllBytes());
          Optional<JsonNode> found = manifests.stream().filter(this::isWanted).findFirst();
          if (found.isPresent()) {
            return descriptors(found.get());
          }
        }
      }
      throw new IOException("the engine's archive of the image has no manifest of it");
    }

    private void take(String name, byte[] content) throws IOException {
      // A layer may be anything: one that begins with a file called "f" is UTF-32 to the parser.
      if (content.length == 0 || content[0] != '{') {
        return;
      }
      try {
        JsonNode document = JSON.readTree(content);
        documents.put("sha256:" + name.substring(name.lastIndexOf('/') + 1), document);
        if (document.has("layers")) {
          manifests.add(document);
        }
      } catch (JsonProcessingException e) {
        // A layer that begins like one.
      }
    }

    private boolean isWanted(JsonNode manifest) {
      JsonNode configuration = documents.get(manifest.at("/config/digest").asText());
      return configuration != null
          && manifest.path("layers").size() == layers.size()
          && ImageJson.diffIds(configuration).equals(layers);
    }

    private static List<Descriptor> descriptors(JsonNode manifest) throws IOException {
      List<Descriptor> found = new ArrayList<>();
      try {
        manifest.path("layers").forEach(layer -> found.add(Descriptor.of(layer)));
      } catch (IllegalArgumentException e) {
        throw new IOException("the image's manifest names a layer wrongly", e);
      }
      return List.copyOf(found);
    }
  }
}
