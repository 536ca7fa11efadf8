package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import io.jenkins.plugins.dockerfilebuild.execution.StepImage;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The step results that an engine holds, by the labels of its images. To list its images an engine
 * reads each of their configurations: 0.15 ms for each seen on 20.10.24, so an agent that has built
 * for a week would make every build wait. Therefore an agent that is asked a second time follows
 * the engine's events, and lists again only if it lost them. Thread-safe.
 *
 * <p>Events come some milliseconds late. That is no more than a list can be out of date: a hit is
 * verified when it is used.
 */
public final class StepInventory implements AutoCloseable {

  /** Events that change what images there are, as Docker and Podman call them. */
  private static final String[] CHANGES = {
    "commit", "import", "load", "loadfromarchive", "pull", "delete", "remove", "prune"
  };

  private final Engine engine;
  private final RawApi api;

  /** By image id; guarded by this, as is all below. */
  private final Map<String, StepImage> held = new HashMap<>();

  private Optional<Following> following = Optional.empty();

  /** Whether {@link #held} is what the engine held, and every event since is worked in. */
  private boolean current;

  private boolean asked;

  /** Over the step images of an engine. */
  public StepInventory(Engine engine) {
    this.engine = engine;
    this.api = new RawApi(engine);
  }

  /** As {@link io.jenkins.plugins.dockerfilebuild.execution.AgentServices#inventory}. */
  public synchronized Map<String, StepImage> byKey() {
    if (!current) {
      if (asked && following.isEmpty()) {
        // Before the list, so that nothing is missed between.
        follow();
      }
      asked = true;
      list();
      current = following.isPresent();
    }
    Map<String, StepImage> results = new HashMap<>();
    for (StepImage image : held.values()) {
      results.merge(name(image), image, (a, b) -> a.createdMillis() >= b.createdMillis() ? a : b);
    }
    return results;
  }

  /** Of several with one name the newest counts, so results of two owners have two names. */
  private static String name(StepImage image) {
    String key = image.labels().get(StepLabels.KEY);
    String owner = image.labels().get(StepLabels.CACHES);
    return owner == null ? key : key + "@" + owner;
  }

  /** A step has made a result; its event may come late. */
  public synchronized void made(StepImage image) {
    hold(image);
  }

  private void list() {
    JsonNode images = api.images(StepLabels.KEY);
    held.clear();
    for (JsonNode image : images) {
      Map<String, String> labels = ImageJson.labels(image.path("Labels"));
      hold(new StepImage(image.path("Id").asText(), labels, image.path("Created").asLong() * 1000));
    }
  }

  /** Labels of images are not ours to trust: anybody can load an image. */
  private void hold(StepImage image) {
    if (image.labels().getOrDefault(StepLabels.KEY, "").matches("[0-9a-f]{64}")) {
      held.put(image.imageId(), image);
    }
  }

  private void follow() {
    Following events = new Following();
    following = Optional.of(events);
    engine.ask(
        docker ->
            docker
                .eventsCmd()
                .withEventTypeFilter(EventType.IMAGE, EventType.CONTAINER)
                .withEventFilter(CHANGES)
                .exec(events)
                .awaitBegun());
  }

  private synchronized void changed(Event event) {
    Optional<String> imageId = imageOf(event);
    if (imageId.isEmpty()) {
      current = false;
    } else if (event.getType() == EventType.IMAGE || !held.containsKey(imageId.get())) {
      look(imageId.get());
    }
  }

  /** Empty if the event does not say it by its id. */
  private static Optional<String> imageOf(Event event) {
    var actor = event.getActor();
    Optional<String> named =
        actor == null
            ? Optional.empty()
            : event.getType() == EventType.IMAGE
                ? Optional.ofNullable(actor.getId())
                : Optional.ofNullable(actor.getAttributes()).map(a -> a.get("imageID"));
    return named.filter(id -> id.matches("sha256:[0-9a-f]{64}"));
  }

  private void look(String imageId) {
    Optional<ImageDescription> image =
        api.inspectImage(imageId)
            .map(inspection -> ImageJson.description(inspection, NullNode.getInstance()));
    held.remove(imageId);
    image.ifPresent(i -> hold(new StepImage(imageId, i.config().labels(), i.createdMillis())));
  }

  private synchronized void lost(Following events) {
    if (following.filter(events::equals).isPresent()) {
      following = Optional.empty();
      current = false;
    }
  }

  @Override
  public synchronized void close() {
    following.ifPresent(Following::stop);
  }

  /** The stream of events, on a thread of docker-java's. */
  private final class Following extends StreamedAnswer<Event> {

    @Override
    public void onNext(Event event) {
      try {
        changed(event);
      } catch (RuntimeException e) {
        lost(this);
      }
    }

    /** First whoever waits for the stream is told: he holds what {@code lost} waits for. */
    @Override
    public void onError(Throwable problem) {
      super.onError(problem);
      lost(this);
    }

    @Override
    public void onComplete() {
      super.onComplete();
      lost(this);
    }

    void stop() {
      try {
        close();
      } catch (IOException e) {
        // Only a connection: it goes with the engine's others.
      }
    }
  }
}
