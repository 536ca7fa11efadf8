package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Kind;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Route;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.plan.RootFilesystem;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Inputs;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Move;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Guesses what it takes to bring all that a step needs to an agent, from what the build knows: no
 * agent is asked. Of an image an agent lacks what lies above the lowest image that it has of the
 * same chain. Thread-safe.
 */
final class MoveEstimates {

  /** Where nobody told the size of an image. */
  private static final long UNKNOWN_BYTES = 50_000_000;

  private final Roots roots;
  private final ContextMoves context;
  private final TransferRates rates;
  private final List<PlannedStep> steps;

  /**
   * @param steps of the plan, by index
   */
  MoveEstimates(Roots roots, ContextMoves context, TransferRates rates, List<PlannedStep> steps) {
    this.roots = roots;
    this.context = context;
    this.rates = rates;
    this.steps = steps;
  }

  /** What a step whose predecessors have results needs, where it is, and what moving it takes. */
  Inputs of(PlannedStep step, CacheMoveCost caches) {
    List<RootFilesystem> images = new ArrayList<>();
    images.add(step.parent());
    step.dependencies().forEach(source -> images.add(new RootFilesystem.Result(source)));
    images.forEach(roots::learnSize);
    return new OfStep(images, StepTrees.of(step), caches);
  }

  /** What an agent lacks of images that all lie somewhere. */
  long bytes(Collection<RootFilesystem> images, String agent) {
    return images.stream().mapToLong(image -> ofImage(image, agent).bytes()).sum();
  }

  private Move ofImage(RootFilesystem root, String agent) {
    Optional<Located> image = roots.locate(root);
    if (image.isEmpty() || image.get().isOn(agent)) {
      return Move.NONE;
    }
    long all = image.get().bytes().orElse(UNKNOWN_BYTES);
    long bytes = Math.max(0, all - bytesBelow(root, agent));
    String from = image.get().anyHolder().map(held -> held.agent().name()).orElse("");
    return new Move(bytes, rates.rate(new Route(Kind.IMAGE, from, agent)).seconds(bytes));
  }

  /**
   * The size of the part of an image that the agent has: a result of a step before, or the base.
   */
  private long bytesBelow(RootFilesystem root, String agent) {
    RootFilesystem below = root;
    while (below instanceof RootFilesystem.Result result) {
      below = steps.get(result.step()).parent();
      Optional<Located> there = roots.locateIfKnown(below).filter(image -> image.isOn(agent));
      if (there.isPresent()) {
        return there.get().bytes().orElse(0);
      }
    }
    return 0;
  }

  private Move ofTree(Tree tree, String agent) {
    if (context.isSent(tree, agent)) {
      return Move.NONE;
    }
    long bytes = tree.bytes();
    return new Move(bytes, rates.rate(new Route(Kind.CONTEXT, "", agent)).seconds(bytes));
  }

  /** What one step needs. */
  private final class OfStep implements Inputs {

    private final List<RootFilesystem> images;
    private final List<Tree> trees;
    private final CacheMoveCost caches;

    OfStep(List<RootFilesystem> images, List<Tree> trees, CacheMoveCost caches) {
      this.images = images;
      this.trees = trees;
      this.caches = caches;
    }

    /** Holders of the image that the step starts from come first: they lack least. */
    @Override
    public Collection<String> holders() {
      Set<String> holders = new LinkedHashSet<>();
      for (RootFilesystem image : images) {
        roots.locate(image).ifPresent(at -> at.holders().forEach(a -> holders.add(a.name())));
      }
      holders.addAll(caches.holders());
      return holders;
    }

    @Override
    public Move moveTo(String agent) {
      Move move = caches.moveTo(agent);
      for (RootFilesystem image : images) {
        move = move.plus(ofImage(image, agent));
      }
      for (Tree tree : trees) {
        move = move.plus(ofTree(tree, agent));
      }
      return move;
    }
  }
}
