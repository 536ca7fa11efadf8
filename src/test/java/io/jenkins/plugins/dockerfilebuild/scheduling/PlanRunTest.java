package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.coordination.FileBuildHistory;
import io.jenkins.plugins.dockerfilebuild.coordination.InMemoryTransferRates;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan whose only step no agent can run. */
class PlanRunTest {

  @TempDir private Path directory;

  private final List<BuildEvent> told = new ArrayList<>();

  /** What is awaited of a step that does not stop has passed at once. */
  private static final class Stubborn extends ThreadPoolExecutor {

    private boolean interrupted;

    private Stubborn() {
      super(0, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>());
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      interrupted = Thread.currentThread().isInterrupted();
      return false;
    }
  }

  private final Stubborn workers = new Stubborn();

  @AfterEach
  void stop() {
    workers.shutdownNow();
  }

  private Optional<StepEnd.Failed> run() throws Exception {
    BuildPlan plan = TestPlans.of(directory, "FROM scratch", "RUN x");
    AgentPool nobody = new Slots(List.of());
    Progress progress = new Progress(told::add, () -> 0);
    StepReports reports = new StepReports(progress);
    StepHistory history =
        new StepHistory(new FileBuildHistory(directory.resolve("history")), "Dockerfile");
    Roots roots =
        TestRoots.over(nobody, new InMemoryTransferRates(), plan.steps(), workers).roots();
    StepCache cache =
        new StepCache(plan.definitionKeys(), Optional.empty(), roots, history, reports);
    StepRuns.Session session =
        new StepRuns.Session(
            nobody, new LostAgents(nobody, progress), null, null, null, null, null, null, null);
    StepRuns runs = new StepRuns(session, roots, cache, history, reports);
    return new PlanRun(plan, cache, runs, reports, workers).run(List.of(0));
  }

  @Test
  void stepsThatDoNotStopDoNotHideWhyTheBuildFails() throws Exception {
    assertThat(run().orElseThrow().message()).contains("no agent of the pool can");
    assertThat(told)
        .contains(
            new BuildEvent.Notice(
                0, Optional.empty(), "steps did not stop within 60 s of being told to"));
  }

  @Test
  void whoIsInterruptedWaitsForItsStepsAllTheSame() throws Exception {
    Thread.currentThread().interrupt();

    var unused = run();

    assertThat(workers.interrupted).as("while it waits").isFalse();
    assertThat(Thread.interrupted()).as("afterwards").isTrue();
  }
}
