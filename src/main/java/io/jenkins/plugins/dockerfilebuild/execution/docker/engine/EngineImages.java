package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.github.dockerjava.api.exception.NotFoundException;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException;
import io.jenkins.plugins.dockerfilebuild.execution.PullPolicy;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The images that an engine has: found, described, pulled. Thread-safe. */
public final class EngineImages {

  private static final Pattern IMAGE_ID = Pattern.compile("sha256:[0-9a-f]{64}");

  /** An engine with {@link ImageStore#MANIFESTS} keeps such an image all the same (28.5.2). */
  private static final String NOT_UNPACKED = "Error unpacking image";

  /** Some kilobytes each. */
  private static final int MAX_HISTORIES = 256;

  private final Engine engine;
  private final RawApi api;
  private final EngineRegistry registry;

  /** Histories of images as the engine tells them, for what never changes is not asked again. */
  private final Map<String, JsonNode> histories = new ConcurrentHashMap<>();

  /** Layers of images, which never change under an id. */
  private final Map<String, List<Digest>> layers = new ConcurrentHashMap<>();

  /** Over all images of an engine. */
  public EngineImages(Engine engine) {
    this.engine = engine;
    this.api = new RawApi(engine);
    this.registry = new EngineRegistry(engine);
  }

  /** Whether the engine has this image now. */
  public boolean holds(String imageId) {
    return api.inspectImage(imageId).isPresent();
  }

  /**
   * Has the engine load the archive of one image.
   *
   * @return the image's id
   * @throws IOException the engine did not take it
   */
  public String load(InputStream archive) throws IOException {
    String answer = api.load(archive);
    Matcher id = IMAGE_ID.matcher(answer);
    if (!id.find()) {
      throw new IOException("the engine did not take the image: " + answer);
    }
    if (answer.startsWith(NOT_UNPACKED)) {
      remove(id.group());
      throw new IOException("the engine did not take the image: " + answer);
    }
    return id.group();
  }

  /** Removes an image, also for an interrupted thread, whose calls would be broken off. */
  void remove(String imageId) {
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

  /** The names of an image that is here, with their tags; empty if it is not. */
  Optional<Set<String>> names(String imageId) {
    return api.inspectImage(imageId)
        .map(
            inspection -> {
              Set<String> names = new HashSet<>();
              inspection.path("RepoTags").forEach(name -> names.add(name.asText()));
              return names;
            });
  }

  /** An image that must be here. */
  public ImageDescription describe(String imageId) {
    return find(imageId)
        .orElseThrow(() -> new ImageUnavailableException("image " + imageId + " is gone", null));
  }

  /** The configuration of an image that must be here, without its history. */
  ImageConfig config(String imageId) {
    return api.inspectImage(imageId)
        .map(inspection -> ImageJson.description(inspection, NullNode.getInstance()).config())
        .orElseThrow(() -> new ImageUnavailableException("image " + imageId + " is gone", null));
  }

  /** Finds an image here or, as the policy says, in its registry. */
  public Optional<ImageDescription> resolve(
      String reference, String platform, PullPolicy pull, Optional<RegistryLogin> login) {
    if (pull != PullPolicy.ALWAYS) {
      Optional<ImageDescription> here = find(reference).filter(image -> fits(image, platform));
      if (here.isPresent() || pull == PullPolicy.NEVER) {
        return here;
      }
    }
    try {
      registry.pull(reference, platform, login);
    } catch (ImageUnavailableException e) {
      throw find(reference).map(other -> ofOtherPlatform(reference, other, platform, e)).orElse(e);
    }
    Optional<ImageDescription> pulled = find(reference);
    return pulled.filter(image -> fits(image, platform)).isPresent()
        ? pulled
        : ofList(reference, platform, login).or(() -> pulled);
  }

  /**
   * An engine with {@link ImageStore#MANIFESTS} keeps a list of platforms as one image, and shows
   * that of its own platform; by its digest each is an image of its own.
   */
  private Optional<ImageDescription> ofList(
      String reference, String platform, Optional<RegistryLogin> login) {
    Optional<String> pinned =
        api.manifests(reference)
            .filter(manifest -> fits(manifest.at("/ImageData/Platform"), platform))
            .map(manifest -> repository(reference) + "@" + manifest.path("ID").asText())
            .findFirst();
    pinned.ifPresent(image -> registry.pull(image, platform, login));
    return pinned.flatMap(this::find);
  }

  private static boolean fits(JsonNode offered, String platform) {
    return new Platform(
            offered.path("os").asText(),
            offered.path("architecture").asText(),
            offered.path("variant").asText(""))
        .equals(Platform.parse(platform));
  }

  /** A reference without its tag and digest. */
  private static String repository(String reference) {
    return reference.replaceFirst("@.*$", "").replaceFirst(":[^:/]*$", "");
  }

  private static ImageUnavailableException ofOtherPlatform(
      String reference, ImageDescription other, String platform, RuntimeException cause) {
    return new ImageUnavailableException(
        "the image \"%s\" is on the engine for %s, and %s is asked for; %s"
            .formatted(reference, other.platform(), platform, cause.getMessage()),
        cause);
  }

  private static boolean fits(ImageDescription image, String platform) {
    return Platform.parse(image.platform()).equals(Platform.parse(platform));
  }

  private Optional<ImageDescription> find(String reference) {
    return api.inspectImage(reference)
        .map(inspection -> ImageJson.description(reference, inspection, history(inspection)));
  }

  private JsonNode history(JsonNode inspection) {
    if (histories.size() >= MAX_HISTORIES) {
      histories.clear();
    }
    String id = inspection.path("Id").asText();
    JsonNode known = histories.get(id);
    if (known != null) {
      return known;
    }
    JsonNode told = api.history(id);
    if (!told.isEmpty()) { // else the image is gone since
      histories.put(id, told);
    }
    return told;
  }

  /** The layers of an image, lowest first. */
  public List<Digest> layers(String imageId) {
    return layers.computeIfAbsent(
        imageId,
        id ->
            api.inspectImage(id)
                .map(ImageJson::layers)
                .orElseThrow(
                    () -> new ImageUnavailableException("image " + id + " is gone", null)));
  }

  /**
   * What an image here has in common with some layers.
   *
   * @param imageId empty if it is nothing
   * @param layers how many of the lowest
   */
  record Beginning(String imageId, int layers) {}

  /** The longest run of {@code wanted} from the bottom that some image here begins with. */
  public Set<Digest> heldLayers(List<Digest> wanted) {
    return new HashSet<>(wanted.subList(0, longestBeginning(wanted).layers()));
  }

  /** The image here that begins with the longest run of {@code wanted} from the bottom. */
  Beginning longestBeginning(List<Digest> wanted) {
    Beginning longest = new Beginning("", 0);
    for (String id : ids()) {
      List<Digest> own = layersIfHere(id);
      int common = 0;
      while (common < Math.min(own.size(), wanted.size())
          && own.get(common).equals(wanted.get(common))) {
        common++;
      }
      if (common > longest.layers()) {
        longest = new Beginning(id, common);
      }
    }
    return longest;
  }

  /** Another build may have removed the image since it was listed. */
  List<Digest> layersIfHere(String imageId) {
    try {
      return layers(imageId);
    } catch (ImageUnavailableException gone) {
      return List.of();
    }
  }

  private List<String> ids() {
    List<String> ids = new ArrayList<>();
    engine
        .ask(docker -> docker.listImagesCmd().withShowAll(true).exec())
        .forEach(image -> ids.add(image.getId()));
    return ids;
  }
}
