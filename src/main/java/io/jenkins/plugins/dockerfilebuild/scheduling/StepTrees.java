package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedSource;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import java.util.List;

/** The trees of build contexts that a step sees. */
final class StepTrees {

  private StepTrees() {}

  static List<Tree> of(PlannedStep step) {
    return step.operation()
        .takesFrom()
        .filter(PlannedSource.Context.class::isInstance)
        .map(source -> ((PlannedSource.Context) source).tree())
        .toList();
  }
}
