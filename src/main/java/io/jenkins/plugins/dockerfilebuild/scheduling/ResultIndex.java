package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.execution.StepImage;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which step results the agents hold, as their inventories said when the build began. An image
 * answers under two keys: that of its content and that of its definition (see {@code plan}). A hit
 * is verified when it is used, for an image may be removed at any time. Immutable.
 */
final class ResultIndex {

  private final Map<String, List<Held>> byKey = new HashMap<>();
  private final LostAgents lostAgents;

  /**
   * @param inventories of agents; one that is lost holds nothing
   * @param owners decides which results the build may take
   */
  ResultIndex(
      Map<Agent, Map<String, StepImage>> inventories, ResultOwners owners, LostAgents lostAgents) {
    this.lostAgents = lostAgents;
    inventories.forEach(
        (agent, images) ->
            images.values().stream()
                .filter(owners::mayTake)
                .forEach(image -> add(new Held(agent, image))));
  }

  private void add(Held held) {
    String key = held.image.labels().getOrDefault(StepLabels.KEY, "");
    byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(held);
    String definition = held.image.labels().get(StepLabels.DEFINITION);
    if (definition != null && !definition.equals(key)) {
      byKey.computeIfAbsent(definition, k -> new ArrayList<>()).add(held);
    }
  }

  /** What making a result took, as its image says; 0 if nobody knows. */
  long durationMillis(String key) {
    return byKey.getOrDefault(key, List.of()).stream()
        .mapToLong(held -> durationMillis(held.image))
        .max()
        .orElse(0);
  }

  private static long durationMillis(StepImage image) {
    String millis = image.labels().getOrDefault(StepLabels.DURATION_MILLIS, "0");
    return millis.matches("[0-9]{1,12}") ? Long.parseLong(millis) : 0;
  }

  /** The result of a key, asked of its holders once more. */
  Optional<Hit> find(String key) {
    Located located = new Located();
    Optional<StepImage> image = Optional.empty();
    for (Held held : byKey.getOrDefault(key, List.of())) {
      if (lostAgents.holds(held.agent, held.image.imageId())) {
        image = image.or(() -> Optional.of(held.image));
        located.add(held.agent, held.image.imageId());
      }
    }
    return image.map(found -> new Hit(found, located));
  }

  /** A result, and where it lies. */
  record Hit(StepImage image, Located located) {

    /** The key of its content, under which steps on top of it continue. */
    String contentKey() {
      return image.labels().get(StepLabels.KEY);
    }

    /** What running it took, 0 if it does not say. */
    long durationMillis() {
      return ResultIndex.durationMillis(image);
    }
  }

  private record Held(Agent agent, StepImage image) {}
}
