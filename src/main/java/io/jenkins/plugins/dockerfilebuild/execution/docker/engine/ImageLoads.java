package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Makes images of layers that the engine has, under another configuration. How an engine takes them
 * is for its {@link ImageIntake} to know. Thread-safe.
 */
public final class ImageLoads {

  private final Engine engine;
  private final RawApi api;
  private final EngineImages images;
  private final ImageIntake intake;

  /** Over the images of an engine. */
  public ImageLoads(Engine engine, EngineImages images, ImageIntake intake) {
    this.engine = engine;
    this.api = new RawApi(engine);
    this.images = images;
    this.intake = intake;
  }

  /**
   * The image with the layers of another (none: no layers) and this configuration; made if it is
   * not there.
   *
   * @return its id
   */
  public String image(Optional<String> layersOf, ImageConfig config) {
    List<Digest> layers = layersOf.map(images::layers).orElse(List.of());
    try {
      return intake.image(layersOf, layers, ImageJson.file(config, layers));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
            || !names(environment).containsAll(names(set(config.environment())));
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
      images.remove(noted);
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
    try {
      byte[] layer =
          ImageTar.of(tar -> tar.put(program("wait"), wait).put(program("remove"), remove));
      List<Digest> layers = List.of(Digest.of(layer));
      return intake.image(layer, ImageJson.file(ImageConfig.scratch(platform), layers));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  /** One without a value only keeps the engine from setting it: steps are told so of HOSTNAME. */
  private static List<String> set(List<String> environment) {
    return environment.stream().filter(variable -> variable.contains("=")).toList();
  }

  private static List<String> names(List<String> environment) {
    return environment.stream().map(variable -> variable.split("=", 2)[0]).toList();
  }
}
