package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ManifestJson.Descriptor;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The end of an incoming archive for an engine with {@link ImageStore#MANIFESTS}: an OCI layout
 * whose manifest names the layers that have come, and those that are here as the engine's own
 * images name them. The engine's importer takes blobs under any name (containerd's {@code
 * images/archive/importer.go}), so what {@code docker save} of any version wrote fits.
 */
final class IncomingLayers implements IncomingImage.Form {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Registries need take no larger manifest or configuration (OCI distribution specification). */
  private static final int MOST_JSON_BYTES = 4 << 20;

  /** What of all files is kept, for nobody says which is the configuration until the end. */
  private static final int MOST_KEPT_BYTES = 32 << 20;

  private static final int MOST_MAGIC_BYTES = 4;

  private final KnownLayers known;
  private final Map<String, Passing> files = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();
  private int keptBytes;

  IncomingLayers(KnownLayers known) {
    this.known = known;
  }

  @Override
  public InputStream file(String name, InputStream content) {
    Passing file = new Passing(content);
    files.put(name, file);
    return file;
  }

  @Override
  public void link(String name, String target) {
    links.put(name, Path.of(name).resolveSibling(target).normalize().toString());
  }

  @Override
  public void end(JsonNode image, ImageTar out) throws IOException {
    byte[] configuration = passed(image.path("Config").asText()).content();
    List<Digest> diffIds = diffIds(configuration);
    JsonNode names = image.path("Layers");
    if (names.size() != diffIds.size()) {
      throw new IOException(
          "the archive of the image has %d layers, its configuration %d"
              .formatted(names.size(), diffIds.size()));
    }
    List<Descriptor> layers = new ArrayList<>(known.held(diffIds));
    for (int i = layers.size(); i < names.size(); i++) {
      layers.add(passed(names.path(i).asText()).descriptor());
    }
    byte[] manifest = ManifestJson.manifest(configuration, layers);
    known.remember(Digest.of(manifest).toString(), List.copyOf(layers));
    ManifestIntake.putLayout(out, manifest);
  }

  private static List<Digest> diffIds(byte[] configuration) throws IOException {
    try {
      return ImageJson.diffIds(JSON.readTree(configuration));
    } catch (IllegalArgumentException e) {
      throw new IOException("the image's configuration names a layer wrongly", e);
    }
  }

  private Passing passed(String name) throws IOException {
    return Optional.ofNullable(files.get(links.getOrDefault(name, name)))
        .orElseThrow(
            () -> new IOException("the archive of the image lacks its file \"" + name + '"'));
  }

  /** A file that passes: its digest, and its content if it may be JSON, which no tar begins as. */
  private final class Passing extends FilterInputStream {

    private final MessageDigest sha256 = Digest.sha256();
    private final ByteArrayOutputStream begin = new ByteArrayOutputStream();
    private int mostBytes;
    private long size;
    private Optional<Digest> digest = Optional.empty();

    Passing(InputStream content) {
      super(content);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, length);
      if (count < 0 && digest.isEmpty()) {
        digest = Optional.of(Digest.from(sha256));
      } else if (count > 0) {
        sha256.update(target, offset, count);
        size += count;
        keep(target, offset, count);
      }
      return count;
    }

    private void keep(byte[] bytes, int offset, int count) throws IOException {
      if (begin.size() == 0) {
        mostBytes = bytes[offset] == '{' ? MOST_JSON_BYTES : MOST_MAGIC_BYTES;
      }
      int more = Math.min(count, mostBytes - begin.size());
      keptBytes += more;
      if (keptBytes > MOST_KEPT_BYTES) {
        throw new IOException("the archive of the image has too many configurations");
      }
      begin.write(bytes, offset, more);
    }

    byte[] content() throws IOException {
      if (size != begin.size()) {
        throw new IOException("the configuration of the image is too large, or none");
      }
      return begin.toByteArray();
    }

    Descriptor descriptor() {
      return Descriptor.ofLayer(begin.toByteArray(), digest.orElseThrow(), size);
    }
  }
}
