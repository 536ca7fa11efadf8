package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedMount;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedOperation;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedSource;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import java.util.List;
import java.util.stream.Stream;

/** The trees of the build context that a step sees. */
final class StepTrees {

  private StepTrees() {}

  static List<Tree> of(PlannedStep step) {
    return sources(step)
        .filter(PlannedSource.Context.class::isInstance)
        .map(source -> ((PlannedSource.Context) source).tree())
        .toList();
  }

  private static Stream<PlannedSource> sources(PlannedStep step) {
    if (step.operation() instanceof PlannedOperation.Run run) {
      return run.mounts().stream()
          .filter(PlannedMount.Bind.class::isInstance)
          .map(mount -> ((PlannedMount.Bind) mount).source());
    }
    return step.operation() instanceof PlannedOperation.Transfer transfer
        ? transfer.sources().stream()
        : Stream.of();
  }
}
