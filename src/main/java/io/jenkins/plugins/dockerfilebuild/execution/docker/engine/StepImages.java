package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Image;
import io.jenkins.plugins.dockerfilebuild.execution.AgentStorage.Kind;
import io.jenkins.plugins.dockerfilebuild.execution.AgentStorage.Usage;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The images that steps left on an engine, and those that served them. They are found by their
 * labels; one that somebody has given a name is not ours any more. A final image keeps its layers
 * whatever goes here, for an engine counts who refers to a layer.
 */
public final class StepImages {

  private final Engine engine;
  private final EngineImages images;
  private final ImageUses uses;

  /** Over the images that carry this project's labels. */
  public StepImages(Engine engine, EngineImages images, ImageUses uses) {
    this.engine = engine;
    this.images = images;
    this.uses = uses;
  }

  /**
   * One of them.
   *
   * @param used by itself or by one that was made from it
   * @param depth how many images of the engine lie below it
   * @param bytes that go with it, if nothing else has its layer
   */
  private record Candidate(String id, Instant used, int depth, long bytes) {}

  /** How many step results the engine holds, and their bytes. */
  public Usage usage() {
    List<Candidate> all = candidates();
    return new Usage(Kind.STEP_RESULTS, all.size(), all.stream().mapToLong(Candidate::bytes).sum());
  }

  /** As {@link io.jenkins.plugins.dockerfilebuild.execution.AgentStorage#prune}. */
  public Usage prune(long keepBytes, Duration olderThan) throws IOException {
    Instant limit = uses.clock().instant().minus(olderThan);
    List<Candidate> all = new ArrayList<>(candidates());
    all.sort(
        Comparator.comparing(Candidate::used)
            .thenComparing(Comparator.comparing(Candidate::depth).reversed()));
    long left = all.stream().mapToLong(Candidate::bytes).sum();
    long before = left;
    Set<String> kept = new HashSet<>();
    for (Candidate image : all) {
      if (left > keepBytes && !image.used().isAfter(limit) && remove(image.id())) {
        left -= image.bytes();
      } else {
        kept.add(image.id());
      }
    }
    uses.retain(kept);
    return new Usage(Kind.STEP_RESULTS, all.size() - kept.size(), before - left);
  }

  /**
   * Without force, so an engine refuses to remove what a container or another image needs. What it
   * cannot remove for another reason, such as a layer that is broken, must not keep the rest here.
   */
  private boolean remove(String imageId) {
    try {
      engine.ask(docker -> docker.removeImageCmd(imageId).withNoPrune(true).exec());
      return true;
    } catch (NotFoundException gone) {
      return true;
    } catch (DockerException refused) {
      return false;
    }
  }

  private List<Candidate> candidates() {
    List<Image> all = engine.ask(docker -> docker.listImagesCmd().withShowAll(true).exec());
    Map<String, Image> byId =
        all.stream().collect(Collectors.toMap(Image::getId, Function.identity(), (a, b) -> a));
    Family family = new Family(byId, images);
    return all.stream()
        .filter(StepImages::isOurs)
        .map(
            image ->
                new Candidate(
                    image.getId(),
                    lastUsed(image.getId(), family, byId),
                    family.depth(image),
                    family.ownBytes(image)))
        .toList();
  }

  private Instant lastUsed(String id, Family family, Map<String, Image> byId) {
    return family.withDescendants(id).stream()
        .map(image -> uses.lastUsed(image, Instant.ofEpochSecond(byId.get(image).getCreated())))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static boolean isOurs(Image image) {
    Map<String, String> labels = image.getLabels() == null ? Map.of() : image.getLabels();
    String[] names = image.getRepoTags();
    boolean named = names != null && names.length > 0 && !names[0].equals("<none>:<none>");
    return !named
        && (labels.containsKey(StepLabels.KEY) || labels.containsKey(StepLabels.AUXILIARY));
  }

  /** Which image was made from which, as the engine says. */
  private static final class Family {

    private final Map<String, Image> byId;
    private final Map<String, List<String>> children;
    private final EngineImages images;

    Family(Map<String, Image> byId, EngineImages images) {
      this.byId = byId;
      this.images = images;
      this.children =
          byId.values().stream()
              .filter(image -> byId.containsKey(parent(image)))
              .collect(
                  Collectors.groupingBy(
                      Family::parent, Collectors.mapping(Image::getId, Collectors.toList())));
    }

    private static String parent(Image image) {
      return image.getParentId() == null ? "" : image.getParentId();
    }

    List<String> withDescendants(String id) {
      List<String> found = new ArrayList<>(List.of(id));
      for (int i = 0; i < found.size(); i++) {
        found.addAll(children.getOrDefault(found.get(i), List.of()));
      }
      return found;
    }

    int depth(Image image) {
      int depth = 0;
      for (Image at = byId.get(parent(image)); at != null; at = byId.get(parent(at))) {
        depth++;
      }
      return depth;
    }

    /** An image that came from elsewhere has no parent, but may have layers of others. */
    long ownBytes(Image image) {
      Image parent = byId.get(parent(image));
      long below = parent == null ? below(image) : parent.getSize();
      return Math.max(0, image.getSize() - below);
    }

    private long below(Image image) {
      var layers = images.layersIfHere(image.getId());
      return byId.values().stream()
          .filter(other -> other.getSize() < image.getSize())
          .filter(
              other -> {
                var own = images.layersIfHere(other.getId());
                return own.size() < layers.size() && layers.subList(0, own.size()).equals(own);
              })
          .mapToLong(Image::getSize)
          .max()
          .orElse(0);
    }
  }
}
