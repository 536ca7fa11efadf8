package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.FileBuildHistory;
import io.jenkins.plugins.dockerfilebuild.coordination.InMemoryTransferRates;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import java.io.InterruptedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How executions end in which an agent does what none should, or the user does not wait. */
@Timeout(60)
class PlanExecutionTest {

  @TempDir private Path directory;

  private final List<BuildEvent> told = new CopyOnWriteArrayList<>();

  private PlanExecution.Outcome run(Agent agent, BuildPlan plan) throws Exception {
    Progress progress = new Progress(told::add, System::nanoTime);
    AgentPool pool = new Slots(List.of(agent));
    return new PlanExecution(
            pool,
            new BaseImages(pool, false, RegistryLogins.NONE, progress),
            new PlanExecution.Memory(
                new FileBuildHistory(directory.resolve("history")), new InMemoryTransferRates()),
            SharedCaches.inMemory(),
            progress)
        .run(
            plan,
            new PlanExecution.Inputs(
                "Dockerfile",
                true,
                null,
                CachePolicy.READ_WRITE,
                new BuildSecrets(Map.of(), Map.of()),
                List.of(),
                built -> {}));
  }

  /** An agent that runs steps so. */
  private static Agent agent(Callable<StepOutcome> step, CacheReplicas caches) {
    return TestAgents.answering(
        "a1",
        1,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "inventory" -> Map.of();
              case "cacheReplicas" -> caches;
              case "run" -> step.call();
              default -> throw new AssertionError("nobody should call " + method.getName());
            });
  }

  /** Cache directories of which a scan takes for ever. */
  private static CacheReplicas endless() {
    return (CacheReplicas)
        Proxy.newProxyInstance(
            PlanExecutionTest.class.getClassLoader(),
            new Class<?>[] {CacheReplicas.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "inventory" -> List.of();
                  case "open" ->
                      new CacheReplicas.Use("use", Optional.empty(), Optional.empty(), true, 0);
                  case "scan" -> {
                    awaitInterruption();
                    throw new InterruptedIOException("interrupted");
                  }
                  case "close" -> null;
                  default -> throw new AssertionError("nobody should call " + method.getName());
                });
  }

  private static void awaitInterruption() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      return;
    }
    throw new AssertionError("nobody counts down");
  }

  /** It has the few seconds that are left for what a canceled step wrote. */
  @Test
  void aBuildThatIsCanceledDoesNotWaitForWhatItsStepsCached() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Agent agent =
        agent(
            () -> {
              begun.countDown();
              awaitInterruption();
              return new StepOutcome.Canceled();
            },
            endless());
    BuildPlan plan =
        TestPlans.of(directory, "FROM scratch", "RUN --mount=type=cache,target=/c long");
    FutureTask<PlanExecution.Outcome> build = new FutureTask<>(() -> run(agent, plan));
    Thread builder = new Thread(build);
    builder.setDaemon(true);
    builder.start();
    begun.await();

    builder.interrupt();

    assertThatThrownBy(build::get).hasCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void anErrorWhileAStepRunsFailsTheBuild() throws Exception {
    Agent agent =
        agent(
            () -> {
              throw new NoClassDefFoundError("some/Part");
            },
            endless());

    PlanExecution.Outcome outcome = run(agent, TestPlans.of(directory, "FROM scratch", "RUN x"));

    String problem = "java.lang.NoClassDefFoundError: some/Part";
    assertThat(outcome).isEqualTo(new PlanExecution.Outcome.Failed(0, -1, problem, true));
    assertThat(told)
        .filteredOn(BuildEvent.StepFinished.class::isInstance)
        .extracting(event -> ((BuildEvent.StepFinished) event).failure().orElseThrow().message())
        .containsExactly(problem);
  }

  /** Others may have changed it and left before, so whoever leaves last looks. */
  @Test
  void aStepThatLacksItsFilesLooksIntoADirectoryThatItShares() throws Exception {
    List<String> calls = new CopyOnWriteArrayList<>();
    CacheReplicas shared =
        (CacheReplicas)
            Proxy.newProxyInstance(
                PlanExecutionTest.class.getClassLoader(),
                new Class<?>[] {CacheReplicas.class},
                (proxy, method, arguments) -> {
                  calls.add(method.getName());
                  return switch (method.getName()) {
                    case "inventory" -> List.of();
                    case "open" ->
                        new CacheReplicas.Use("use", Optional.empty(), Optional.empty(), false, 0);
                    case "scan" -> Optional.empty();
                    default -> null;
                  };
                });
    Agent agent = agent(() -> new StepOutcome.ContentMissing(Digest.of("file")), shared);

    var unused =
        run(agent, TestPlans.of(directory, "FROM scratch", "RUN --mount=type=cache,target=/c x"));

    assertThat(calls).contains("scan");
  }
}
