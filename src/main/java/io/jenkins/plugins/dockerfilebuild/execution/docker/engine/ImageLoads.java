package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.exception.NotFoundException;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Makes images of layers that the engine has, under another configuration: an archive for {@code
 * docker load} with a configuration and no layers. The engine takes it, for it looks for each layer
 * in its store first (seen on 20.10.24). Thread-safe.
 */
public final class ImageLoads {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Engine engine;
  private final RawApi api;
  private final EngineImages images;
  private final Optional<WholeImages> whole;

  /**
   * @param whole for an engine that does not take images without the layers that it has
   */
  public ImageLoads(Engine engine, EngineImages images, Optional<WholeImages> whole) {
    this.engine = engine;
    this.api = new RawApi(engine);
    this.images = images;
    this.whole = whole;
  }

  /**
   * The image with the layers of another (none: no layers) and this configuration; made if it is
   * not there.
   *
   * @return its id, which is the digest of its configuration
   */
  public String image(Optional<String> layersOf, ImageConfig config) {
    List<Digest> layers = layersOf.map(images::layers).orElse(List.of());
    byte[] file = ImageJson.file(config, layers);
    String id = Digest.of(file).toString();
    if (!images.holds(id)) {
      load(layersOf, file, layers);
    }
    return id;
  }

  private void load(Optional<String> layersOf, byte[] file, List<Digest> layers) {
    if (whole.isPresent() && layersOf.isPresent()) {
      try {
        whole.get().load(layersOf.get(), layers, tar -> putImage(tar, file, layers));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    } else {
      byte[] archive = tar(tar -> putImage(tar, file, layers));
      api.load(new ByteArrayInputStream(archive));
    }
  }

  /** Gives an image names that it lacks; one without a tag gets {@code latest}. */
  public void tag(String imageId, List<String> names) {
    if (!names.isEmpty()) {
      Set<String> has = images.names(imageId).orElse(Set.of());
      names.stream()
          .map(ImageLoads::withTag)
          .filter(name -> !has.contains(name))
          .forEach(name -> tag(imageId, name));
    }
  }

  private static String withTag(String name) {
    return name.indexOf(':', name.lastIndexOf('/') + 1) < 0 ? name + ":latest" : name;
  }

  private void tag(String imageId, String name) {
    int colon = name.lastIndexOf(':');
    String repository = name.substring(0, colon);
    String tag = name.substring(colon + 1);
    engine.ask(
        docker -> {
          docker.tagImageCmd(imageId, repository, tag).exec();
          return true;
        });
  }

  /**
   * An image to run steps on: the parent itself, or a twin of it that has its layers and nothing
   * else, where something of the parent's configuration would shine through. Engines add an image's
   * variables to those of a container and mount its volumes, which swallow what a RUN writes there.
   */
  public String neutral(String parent, List<String> environment) {
    ImageConfig config = images.config(parent);
    boolean shines =
        !config.volumes().isEmpty()
            || !config.onBuild().isEmpty()
            || config.healthCheck().isPresent()
            || !names(environment).containsAll(names(config.environment()));
    return shines ? bare(parent, Map.of(StepLabels.AUXILIARY, "1")) : parent;
  }

  private String bare(String layersOf, Map<String, String> labels) {
    ImageConfig config = bare(images.describe(layersOf).config(), labels);
    return image(Optional.of(layersOf), config);
  }

  /**
   * An image of a container that says nothing of the container's variables, which may be secrets.
   * An engine notes them twice in what it makes of a container, whatever it is told (moby's {@code
   * daemon/commit.go}); that goes, and until then nobody takes it for a result.
   */
  public String withoutVariables(StepContainer container, Map<String, String> labels) {
    String noted = api.commit(container.id(), Map.of(StepLabels.AUXILIARY, "1"), "");
    try {
      return bare(noted, labels);
    } finally {
      remove(noted);
    }
  }

  /** Also for an interrupted thread, whose calls would be broken off. */
  private void remove(String imageId) {
    boolean interrupted = Thread.interrupted();
    try {
      engine.ask(docker -> docker.removeImageCmd(imageId).withNoPrune(true).exec());
    } catch (NotFoundException gone) {
      // As it should be.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** An image without layers, to begin FROM scratch on. */
  public String scratch(String platform) {
    return image(Optional.empty(), ImageConfig.scratch(platform));
  }

  /**
   * An image that holds {@link StaticProgram}s, as {@code /wait} and {@code /remove}, and nothing
   * else; made once.
   *
   * @return empty where there are no such programs for the platform
   */
  public Optional<String> programs(String platform) {
    String architecture = Platform.parse(platform).architecture();
    return StaticProgram.WAIT
        .file(architecture)
        .flatMap(
            wait ->
                StaticProgram.REMOVE
                    .file(architecture)
                    .map(remove -> programs(platform, wait, remove)));
  }

  private String programs(String platform, byte[] wait, byte[] remove) {
    byte[] layer =
        tar(
            tar -> {
              put(tar, program("wait"), wait);
              put(tar, program("remove"), remove);
            });
    List<Digest> layers = List.of(Digest.of(layer));
    byte[] config = ImageJson.file(ImageConfig.scratch(platform), layers);
    String id = Digest.of(config).toString();
    if (!images.holds(id)) {
      api.load(
          new ByteArrayInputStream(
              tar(
                  tar -> {
                    putImage(tar, config, layers);
                    put(tar, layerName(layers.get(0)), layer);
                  })));
    }
    return id;
  }

  private static TarArchiveEntry program(String name) {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setModTime(0);
    entry.setMode(0755);
    return entry;
  }

  private static ImageConfig bare(ImageConfig config, Map<String, String> labels) {
    return new ImageConfig(
        config.platform(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        "",
        "",
        labels,
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        config.history());
  }

  private static List<String> names(List<String> environment) {
    return environment.stream().map(variable -> variable.split("=", 2)[0]).toList();
  }

  /** Writes entries of an archive. */
  @FunctionalInterface
  private interface Entries {
    void writeTo(TarArchiveOutputStream tar) throws IOException;
  }

  private static byte[] tar(Entries entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      entries.writeTo(tar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void putImage(TarArchiveOutputStream tar, byte[] config, List<Digest> layers)
      throws IOException {
    String configName = Digest.of(config).hex() + ".json";
    ArrayNode manifest = JSON.createArrayNode();
    ObjectNode image = manifest.addObject().put("Config", configName);
    image.putNull("RepoTags");
    ArrayNode names = image.putArray("Layers");
    layers.forEach(layer -> names.add(layerName(layer)));
    put(tar, configName, config);
    put(tar, "manifest.json", manifest.toString().getBytes(StandardCharsets.UTF_8));
  }

  static String layerName(Digest layer) {
    return layer.hex() + "/layer.tar";
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    put(tar, new TarArchiveEntry(name), content);
  }

  private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] content)
      throws IOException {
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }
}
