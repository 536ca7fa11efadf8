package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.plan.RootFilesystem;
import io.jenkins.plugins.dockerfilebuild.plan.StepKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The root filesystems of one build, results of steps and base images: which are there, where they
 * lie, and how they get to an agent. Thread-safe.
 */
final class Roots {

  /** Seconds that moving an image is taken to cost, for want of a measurement. */
  private static final double MOVE_SECONDS = 2;

  private final BaseImages baseImages;
  private final ImageMoves moves;
  private final Map<Integer, StepResult> results = new ConcurrentHashMap<>();

  Roots(BaseImages baseImages, ImageMoves moves) {
    this.baseImages = baseImages;
    this.moves = moves;
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

  /** Seconds that it would take to have all that a step needs on an agent. */
  double moveSeconds(PlannedStep step, Agent agent) {
    double seconds = moveSeconds(step.parent(), agent);
    for (int source : step.dependencies()) {
      seconds += moveSeconds(new RootFilesystem.Result(source), agent);
    }
    return seconds;
  }

  private double moveSeconds(RootFilesystem root, Agent agent) {
    boolean here = locate(root).map(image -> image.idOn(agent).isPresent()).orElse(true);
    return here ? 0 : MOVE_SECONDS;
  }

  /**
   * Has the root on an agent, moved there if need be.
   *
   * @return the image's id on the agent, empty for scratch, and the bytes that moved
   */
  Brought bring(RootFilesystem root, Agent agent) throws InterruptedException {
    Optional<Located> located = locate(root);
    if (located.isEmpty()) {
      return new Brought(Optional.empty(), 0);
    }
    Optional<String> there = located.get().idOn(agent);
    return there.isPresent() ? new Brought(there, 0) : move(located.get(), agent);
  }

  private Brought move(Located image, Agent to) throws InterruptedException {
    Agent from = image.holders().stream().findFirst().orElseThrow(Roots::nobodyHoldsIt);
    String imageId = image.idOn(from).orElseThrow(Roots::nobodyHoldsIt);
    long bytes = moves.move(imageId, from, to);
    image.add(to, imageId);
    return new Brought(Optional.of(imageId), bytes);
  }

  private static ResultGoneException nobodyHoldsIt() {
    return new ResultGoneException("an image that the step needs is gone from every agent");
  }

  /** An image on the agent that asked for it. */
  record Brought(Optional<String> imageId, long bytes) {}
}
