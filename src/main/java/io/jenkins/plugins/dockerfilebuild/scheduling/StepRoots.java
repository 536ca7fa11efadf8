package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.plan.PlannedMount;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedOperation;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedSource;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import io.jenkins.plugins.dockerfilebuild.plan.RootFilesystem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The root filesystems that a step needs where it runs.
 *
 * @param whole those of which it needs everything: the one that it starts from, and those whose
 *     files cannot be told from the others by their paths
 * @param files what it takes from others
 */
record StepRoots(Set<RootFilesystem> whole, List<PlannedSource.Files> files) {

  static StepRoots of(PlannedStep step) {
    StepRoots all = new StepRoots(new LinkedHashSet<>(), new ArrayList<>());
    all.whole.add(step.parent());
    if (step.operation() instanceof PlannedOperation.Run run) {
      run.mounts().forEach(all::add);
    } else if (step.operation() instanceof PlannedOperation.Transfer transfer) {
      transfer.sources().forEach(source -> all.add(source, !transfer.parents()));
    }
    all.files.removeIf(files -> all.whole.contains(files.root()));
    return all;
  }

  private void add(PlannedMount mount) {
    if (mount instanceof PlannedMount.Bind bind) {
      add(bind.source(), true);
    } else if (mount instanceof PlannedMount.Cache cache) {
      cache.directory().seed().ifPresent(seed -> whole.add(seed.root()));
    }
  }

  private void add(PlannedSource source, boolean byPath) {
    if (source instanceof PlannedSource.Files of) {
      if (byPath) {
        files.add(of);
      } else {
        whole.add(of.root());
      }
    }
  }
}
