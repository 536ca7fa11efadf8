package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** What a build knows of its root filesystems, over agents whose answers a test makes up. */
record TestRoots(Roots roots, MoveEstimates estimates, FileMoves files) {

  /**
   * @param steps of the plan
   * @param threads are ended by the test
   */
  static TestRoots over(
      AgentPool pool, TransferRates rates, List<PlannedStep> steps, ExecutorService threads) {
    Progress progress = new Progress(event -> {}, System::nanoTime);
    ImageMoves moves = new ImageMoves(progress, rates);
    SideBySide sideBySide = new SideBySide(threads);
    LostAgents lost = new LostAgents(pool, progress);
    BaseImages base = new BaseImages(pool, false, RegistryLogins.NONE, progress);
    Roots roots = new Roots(base, moves, lost, sideBySide);
    MoveEstimates estimates = new MoveEstimates(roots, null, rates, steps);
    return new TestRoots(roots, estimates, new FileMoves(roots, estimates, moves, sideBySide));
  }
}
