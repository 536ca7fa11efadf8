package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.StepImage;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedMount;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedOperation;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.plan.StepKey;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whose the results of a build are. What a command makes with a cache directory may be whatever
 * others have put there, of which its key says nothing. Such a result, and what is made from it, is
 * for builds that may read the same directories: otherwise who fills the directories of one
 * project, or of a fork, would choose what another project builds. All other results are
 * everybody's. Immutable.
 */
final class ResultOwners {

  /** Steps whose results have an owner. */
  private final Set<Integer> owned;

  /** What they are labelled with; empty: nothing, in the namespace that has no name. */
  private final Optional<String> own;

  private final Set<String> readable;

  private ResultOwners(Set<Integer> owned, Optional<String> own, Set<String> readable) {
    this.owned = owned;
    this.own = own;
    this.readable = readable;
  }

  static ResultOwners of(BuildPlan plan, CachePolicy policy) {
    Set<Integer> owned = new HashSet<>();
    String namespace = "";
    for (PlannedStep step : plan.steps()) {
      Optional<String> used = namespace(step);
      if (used.isPresent() || !Collections.disjoint(owned, step.predecessors())) {
        owned.add(step.index());
      }
      namespace = used.orElse(namespace);
    }
    Optional<String> own = label(policy.ownNamespace(namespace));
    Set<String> readable =
        Stream.of(own, label(namespace)).flatMap(Optional::stream).collect(Collectors.toSet());
    return new ResultOwners(owned, own, readable);
  }

  private static Optional<String> namespace(PlannedStep step) {
    if (!(step.operation() instanceof PlannedOperation.Run run)) {
      return Optional.empty();
    }
    return run.mounts().stream()
        .filter(PlannedMount.Cache.class::isInstance)
        .map(mount -> ((PlannedMount.Cache) mount).directory().namespace())
        .findFirst();
  }

  /** A namespace has any characters, and a label of an image only some. */
  private static Optional<String> label(String namespace) {
    return Optional.of(namespace).filter(n -> !n.isEmpty()).map(n -> Digest.of(n).hex());
  }

  /** What the step's result is labelled with besides its keys. */
  Map<String, String> labels(PlannedStep step) {
    return owner(step).map(owner -> Map.of(StepLabels.CACHES, owner)).orElse(Map.of());
  }

  /** What builds that may take one another's result of the step call it while one makes it. */
  String flight(PlannedStep step, StepKey key) {
    return key + owner(step).map(owner -> "@" + owner).orElse("");
  }

  private Optional<String> owner(PlannedStep step) {
    return own.filter(owner -> owned.contains(step.index()));
  }

  /** Whether the build may take the result. */
  boolean mayTake(StepImage image) {
    String owner = image.labels().get(StepLabels.CACHES);
    return owner == null || readable.contains(owner);
  }
}
