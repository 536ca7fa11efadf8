package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Lends containers to be read, and keeps each for some seconds after its use: the files of an image
 * are mostly read twice within a second, for the key of a COPY or a mount and then for itself, and
 * to make and remove a container takes an engine longer than to read a small file. One that is lent
 * is lent to nobody else, as the engine lets only one at a time read a container.
 *
 * <p>They carry the session's label, so what is left at the agent's end goes with it. Thread-safe.
 */
public final class LentContainers implements ImageContainers {

  /** An image cannot be removed as long as it has a container, so this is not much. */
  private static final Duration KEPT = Duration.ofSeconds(5);

  private final Engine engine;
  private final String sessionId;
  private final Duration kept;
  private final ConcurrentLinkedQueue<Lent> idle = new ConcurrentLinkedQueue<>();

  /** Containers of one engine that carry a session. */
  public LentContainers(Engine engine, String sessionId) {
    this(engine, sessionId, KEPT);
  }

  LentContainers(Engine engine, String sessionId, Duration kept) {
    this.engine = engine;
    this.sessionId = sessionId;
    this.kept = kept;
  }

  @Override
  public ImageContainer open(String imageId) {
    for (Lent lent : idle) {
      if (lent.imageId.equals(imageId) && idle.remove(lent) && lent.isStillThere()) {
        return lent.again();
      }
    }
    return new Lent(imageId, StepContainer.holding(engine, imageId, sessionId));
  }

  /** One use of a container; each is an object of its own, so that only it can end it. */
  private final class Lent implements ImageContainer {

    private final String imageId;
    private final StepContainer container;

    Lent(String imageId, StepContainer container) {
      this.imageId = imageId;
      this.container = container;
    }

    /** Whoever cannot find out, for he is canceled, leaves it to be removed. */
    private boolean isStillThere() {
      boolean there = false;
      try {
        there = container.exists();
      } finally {
        if (!there) {
          engine.later(container::close);
        }
      }
      return there;
    }

    private Lent again() {
      return new Lent(imageId, container);
    }

    @Override
    public ContainerFiles files() {
      return container.files();
    }

    @Override
    public void close() {
      idle.add(this);
      engine.later(kept, this::removeIfIdle);
    }

    private void removeIfIdle() {
      if (idle.remove(this)) {
        container.close();
      }
    }
  }
}
