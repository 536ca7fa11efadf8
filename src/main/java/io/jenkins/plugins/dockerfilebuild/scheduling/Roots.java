package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ImageCopy;
import io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException;
import io.jenkins.plugins.dockerfilebuild.execution.ReceivedImage;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedSource;
import io.jenkins.plugins.dockerfilebuild.plan.RootFilesystem;
import io.jenkins.plugins.dockerfilebuild.plan.StepKey;
import io.jenkins.plugins.dockerfilebuild.scheduling.Located.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The root filesystems of one build, results of steps and base images: which are there, where they
 * lie, and how they get to an agent. Thread-safe.
 */
final class Roots {

  private final BaseImages baseImages;
  private final ImageMoves moves;
  private final LostAgents lostAgents;
  private final SideBySide ahead;
  private final Map<Integer, StepResult> results = new ConcurrentHashMap<>();

  Roots(BaseImages baseImages, ImageMoves moves, LostAgents lostAgents, SideBySide ahead) {
    this.baseImages = baseImages;
    this.moves = moves;
    this.lostAgents = lostAgents;
    this.ahead = ahead;
  }

  void put(int step, StepResult result) {
    results.put(step, result);
  }

  StepResult result(int step) {
    StepResult result = results.get(step);
    if (result == null) {
      throw new IllegalStateException("step " + step + " has no result yet");
    }
    return result;
  }

  /** What identifies the content of a root in the key of a step on top of it. */
  StepKey key(RootFilesystem root) {
    return root.key(step -> result(step).contentKey());
  }

  /** Where a root lies; empty for scratch, which lies nowhere and everywhere. */
  Optional<Located> locate(RootFilesystem root) {
    if (root instanceof RootFilesystem.Result step) {
      return Optional.of(result(step.step()).image());
    }
    return root instanceof RootFilesystem.Base base
        ? Optional.of(baseImages.locate(base.image()))
        : Optional.empty();
  }

  /** Whether the agent would have to be brought a root. */
  boolean lacks(Agent agent, RootFilesystem root) {
    return locate(root).filter(image -> image.idOn(agent).isEmpty()).isPresent();
  }

  /** As {@link #locate}; empty also for a result that this build did not need so far. */
  Optional<Located> locateIfKnown(RootFilesystem root) {
    boolean known =
        !(root instanceof RootFilesystem.Result step) || results.containsKey(step.step());
    return known ? locate(root) : Optional.empty();
  }

  /** Asks a holder how large a root is, if nobody knows; an agent that cannot say is not lost. */
  void learnSize(RootFilesystem root) {
    Optional<Located> image = locate(root).filter(at -> at.bytes().isEmpty());
    Optional<Held> held = image.flatMap(Located::anyHolder);
    if (held.isPresent()) {
      try {
        image.get().hasBytes(held.get().agent().services().describe(held.get().imageId()).bytes());
      } catch (AgentLostException | ImageUnavailableException e) {
        // Whoever uses the image finds out, and knows what to do about it.
      }
    }
  }

  /**
   * Has the root on an agent, moved there if need be.
   *
   * @return the image's id on the agent, empty for scratch, and the bytes that moved
   */
  Brought bring(RootFilesystem root, Agent agent) throws InterruptedException {
    Optional<Located> located = locate(root);
    return located.isPresent()
        ? move(root, located.get(), agent)
        : new Brought(Optional.empty(), 0);
  }

  private Brought move(RootFilesystem root, Located image, Agent to) throws InterruptedException {
    while (true) {
      Optional<String> there = image.idOn(to).or(() -> stillOn(to, image));
      if (there.isPresent()) {
        return new Brought(there, 0);
      }
      Held from = holder(root, image);
      try {
        ReceivedImage received =
            moves.move(ImageMoves.Moved.image(from.imageId()), from.agent(), to);
        image.add(to, received.imageId());
        return new Brought(Optional.of(received.imageId()), received.bytes());
      } catch (ImageCopy.SourceFailedException e) {
        if (stillHolds(image, from)) {
          giveUp(image, from, e.getMessage());
        }
      } catch (AgentLostException e) {
        if (stillHolds(image, from)) {
          throw e;
        }
      }
    }
  }

  /** An agent that was lost and came back is another one, but mostly has what it had. */
  private Optional<String> stillOn(Agent agent, Located image) {
    Optional<String> had =
        image.idBeforeReturnOf(agent).filter(imageId -> lostAgents.holds(agent, imageId));
    had.ifPresent(imageId -> image.add(agent, imageId));
    return had;
  }

  /** An agent that has an image and cannot give it, as with a full disk, is of no use any more. */
  private void giveUp(Located image, Held held, String reason) {
    image.remove(held.agent());
    lostAgents.lose(held.agent(), Optional.empty(), reason);
  }

  /**
   * An agent that should hold the root, found again if it is a base image: of several the one that
   * sends least at the moment.
   *
   * @throws ResultGoneException nobody holds it
   */
  private Held holder(RootFilesystem root, Located image) {
    Optional<Held> held = image.holder(moves::sending);
    if (held.isEmpty() && root instanceof RootFilesystem.Base base) {
      baseImages.findAgain(base.reference(), base.image(), image);
      held = image.anyHolder();
    }
    if (held.isEmpty() && root instanceof RootFilesystem.Result gone) {
      throw new ResultGoneException(gone.step());
    }
    return held.orElseThrow();
  }

  /** Asks the holder; one that does not have it, or is lost, is none any more. */
  private boolean stillHolds(Located image, Held held) {
    boolean there = lostAgents.holds(held.agent(), held.imageId());
    if (!there) {
      image.remove(held.agent());
    }
    return there;
  }

  /**
   * Takes note that an agent does not hold a root any more.
   *
   * @return whether that is so
   */
  boolean isGone(RootFilesystem root, Agent agent) {
    return locate(root).filter(image -> isGone(image, agent)).isPresent();
  }

  /** The same of an image. */
  boolean isGone(Located image, Agent agent) {
    return image
        .idOn(agent)
        .filter(imageId -> !stillHolds(image, new Held(agent, imageId)))
        .isPresent();
  }

  /** Asks for several digests, as far as that goes well, so that {@link #contentOf} has them. */
  void learnContents(List<PlannedSource.Files> sources) throws InterruptedException {
    List<Callable<Long>> questions = new ArrayList<>();
    sources.stream()
        .distinct()
        .forEach(
            files ->
                questions.add(
                    () -> {
                      contentOf(files);
                      return 0L;
                    }));
    if (questions.size() > 1) {
      ahead.sum(questions);
    }
  }

  /**
   * Asks an agent that holds a root for the digest of what paths of it hold, once for each image.
   *
   * @throws ResultGoneException nobody holds it
   * @throws io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException no such path
   */
  Digest contentOf(PlannedSource.Files files) {
    Located image =
        locate(files.root())
            .orElseThrow(
                () -> new StepRefusedException("nothing can be taken from scratch: it is empty"));
    return image.content(files, () -> contentOf(files, image));
  }

  private Digest contentOf(PlannedSource.Files files, Located image) {
    while (true) {
      Held held = holder(files.root(), image);
      try {
        return held.agent().services().digestOf(held.imageId(), files.paths(), files.excludes());
      } catch (AgentLostException e) {
        giveUp(image, held, e.getMessage());
      } catch (SourceNotFoundException e) {
        if (stillHolds(image, held)) {
          throw e;
        }
      }
    }
  }

  /**
   * Has an image of nothing but some files of a root made where the root lies.
   *
   * @param mostBytes that the files may hold
   * @return empty if that is not possible, for whatever reason
   */
  Optional<Located> partOf(PlannedSource.Files files, long mostBytes) {
    Optional<Held> from = locate(files.root()).flatMap(image -> image.holder(moves::sending));
    try {
      return from.flatMap(
          held ->
              held.agent()
                  .services()
                  .partOf(held.imageId(), files.paths(), files.excludes(), mostBytes)
                  .map(part -> new Located(held.agent(), part)));
    } catch (AgentLostException | ImageUnavailableException | SourceNotFoundException e) {
      return Optional.empty();
    }
  }

  /** An image on the agent that asked for it. */
  record Brought(Optional<String> imageId, long bytes) {}
}
